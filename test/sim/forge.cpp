// See forge.hpp. A world is walked with honest requests until every kind of secret is live.
#include "sim/forge.hpp"

#include <algorithm>
#include <set>

#include "sim/world.hpp"

namespace limen::sim {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct Target {
  std::string_view kind;
  bool is_who;    // which of the two texts of the request is forged
  Event event{};  // the honest request
};

Event honest(Verb verb, std::uint32_t a = 1, std::uint32_t b = 0, std::uint32_t c = 0) {
  return {static_cast<Kind>(verb), a, b, c};
}

// Makes one of everything; the last of each is still unused.
History preparation() {
  return {honest(Verb::invite, 1, 0), honest(Verb::open),           honest(Verb::begin),
          honest(Verb::answer),       honest(Verb::answer),         honest(Verb::settle),
          honest(Verb::begin),        honest(Verb::answer),         honest(Verb::answer),
          honest(Verb::begin, 1, 1),  honest(Verb::lend),           honest(Verb::begin_device),
          honest(Verb::grant_access), honest(Verb::begin_enrolment)};
}

std::vector<Target> targets() {
  return {{"API key", true, honest(Verb::lend)},
          {"client secret", true, honest(Verb::begin)},
          {"Basic password", true, honest(Verb::begin_enrolment, 1, 2)},
          {"access token", true, honest(Verb::invite, 3, 2)},
          {"onboarding code", false, honest(Verb::open)},
          {"connection token", false, honest(Verb::consent)},
          {"nonce", false, honest(Verb::answer)},
          {"temp_token", false, honest(Verb::settle)},
          {"credential", false, honest(Verb::show)},
          {"device token", true, honest(Verb::begin_device)},
          {"accessToken", true, honest(Verb::look, 1, 2)},
          {"reference token", true, honest(Verb::look, 1, 1)}};
}

}  // namespace

std::string mutated(Dice& dice, const std::string& genuine,
                    const std::vector<std::string>& others) {
  std::string text = genuine;
  const auto place = [&] { return dice.below(static_cast<std::uint32_t>(text.size())); };
  const auto letter = [&] {
    return letters[dice.below(static_cast<std::uint32_t>(letters.size()))];
  };
  const std::string& other = others[dice.below(static_cast<std::uint32_t>(others.size()))];
  switch (dice.below(10)) {
    case 0:
    case 1:
    case 2: text[place()] = letter(); break;
    case 3: text[place()] = static_cast<char>(dice.below(256)); break;
    case 4: text.insert(place(), 1, letter()); break;
    case 5: text.erase(place(), 1); break;
    case 6: text.resize(place()); break;
    case 7: std::swap(text[place()], text[place()]); break;
    case 8: {  // the head of one and the tail of another
      const std::size_t at = place();
      text = text.substr(0, at) + other.substr(std::min(at, other.size()));
      break;
    }
    default: {  // a part of another in its place
      const std::size_t at = place();
      const std::size_t size = 1 + dice.below(24);
      text.replace(at, size, other.substr(std::min(at, other.size()), size));
    }
  }
  return text;
}

std::vector<Forged> World::forge(std::uint64_t seed, std::uint64_t tries) {
  begin(seed);
  for (const Event& event : preparation()) step(event);
  std::set<std::string> genuine;
  for (const auto& secret : model_.secrets) genuine.insert(secret.first);
  const std::vector<std::string> others(genuine.begin(), genuine.end());
  const auto all = targets();
  Dice dice(seed);
  store::SqlLedger ledger(*connection_);
  onboard::Desk d = desk(ledger);
  std::vector<Forged> results;
  connection_->begin(store::Access::writes);
  const auto ask = [&](const Request& request) {
    connection_->savepoint();
    const Answer answer = perform(d, organisations_, request);
    connection_->rollback_to_savepoint();
    return answer;
  };
  for (const Target& target : all) {
    Forged result{std::string(target.kind)};
    const auto honest = clients_.request(target.event);
    if (wrong_ || !honest || !ask(*honest).ok) {
      result.first = "the genuine one is refused: nothing is shown";
      result.accepted = 1;
    } else {
      Request request = *honest;
      std::string& text = target.is_who ? request.who : request.secret;
      const std::string before = text;
      const std::uint64_t share = tries / all.size();
      const std::uint64_t count = target.kind == "access token" ? share / 20 : share;
      while (result.tried < count) {
        text = mutated(dice, before, others);
        const auto code = seal::normalise_code(text);
        if (genuine.contains(text) || (code && genuine.contains(*code))) continue;
        ++result.tried;
        if (ask(request).ok && result.accepted++ == 0) result.first = text;
      }
    }
    results.push_back(std::move(result));
  }
  connection_->rollback();
  return results;
}

std::vector<Forged> forge(std::uint64_t seed, std::uint64_t tries) {
  World world(Backing::memory, {});
  return world.forge(seed, tries);
}

}  // namespace limen::sim
