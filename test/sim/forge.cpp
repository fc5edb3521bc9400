// See forge.hpp. A world is walked with honest requests until every kind of secret is live.
#include "sim/forge.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "sim/world.hpp"

namespace limen::sim {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// A live secret, and the call that shows a text in its place: whether it was accepted.
struct Target {
  grant::Kind kind;
  std::string_view secret;
  std::string genuine{};
  std::function<bool(const std::string& text)> show{};
};

// A call of the simulator's clients, and which of its two texts is the secret.
enum class Part : std::uint8_t { who, secret };
struct Call {
  grant::Kind kind;
  std::string_view secret;
  Part part;
  Event event;
};

Event honest(Verb verb, std::uint32_t a = 1, std::uint32_t b = 0, std::uint32_t c = 0) {
  return {static_cast<Kind>(verb), a, b, c};
}

// Makes one of everything; the last of each is still unused.
History preparation() {
  return {honest(Verb::invite, 1, 0), honest(Verb::open),         honest(Verb::begin),
          honest(Verb::answer),       honest(Verb::answer),       honest(Verb::settle),
          honest(Verb::begin),        honest(Verb::answer),       honest(Verb::answer),
          honest(Verb::begin, 1, 1),  honest(Verb::lend),         honest(Verb::begin_device),
          honest(Verb::offer, 1),     honest(Verb::cross),        honest(Verb::begin_device),
          honest(Verb::offer, 1),     honest(Verb::grant_access), honest(Verb::begin_enrolment)};
}

std::vector<Call> calls() {
  return {{grant::Kind::key, "API key", Part::who, honest(Verb::lend)},
          {grant::Kind::key, "client secret", Part::who, honest(Verb::begin)},
          {grant::Kind::key, "Basic password", Part::who, honest(Verb::begin_enrolment, 1, 2)},
          {grant::Kind::access, "access token", Part::who, honest(Verb::invite, 3, 2)},
          {grant::Kind::invitation, "onboarding code", Part::secret, honest(Verb::open)},
          {grant::Kind::connection, "connection token", Part::secret, honest(Verb::consent)},
          {grant::Kind::pass, "nonce", Part::secret, honest(Verb::answer)},
          {grant::Kind::hand_over, "temp_token", Part::secret, honest(Verb::settle)},
          {grant::Kind::credential, "credential", Part::secret, honest(Verb::show)},
          {grant::Kind::device, "device token", Part::who, honest(Verb::begin_device)},
          {grant::Kind::enrolment, "accessToken", Part::who, honest(Verb::look, 1, 2)},
          {grant::Kind::reference, "reference token", Part::who, honest(Verb::look, 1, 1)},
          {grant::Kind::transfer, "link to a phone", Part::secret, honest(Verb::cross)},
          {grant::Kind::phone, "phone", Part::who, honest(Verb::look, 8, 1)}};
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
  ASSERT(!wrong_);
  store::SqlLedger ledger(*connection_);
  onboard::Desk d = desk(ledger);
  connection_->begin(store::Access::writes);
  std::vector<Target> all;
  for (const Call& call : calls()) {
    const auto request = clients_.request(call.event);
    ASSERT(request);
    const auto text = call.part == Part::who ? &Request::who : &Request::secret;
    all.push_back({call.kind, call.secret, (*request).*text,
                   [&, r = *request, text](const auto& shown) mutable {
                     r.*text = shown;
                     return perform(d, organisations_, r).ok;
                   }});
  }
  std::set<std::string> genuine;
  for (const auto& secret : model_.secrets) genuine.insert(secret.first);
  for (const Target& target : all) genuine.insert(target.genuine);
  const std::vector<std::string> others(genuine.begin(), genuine.end());
  Dice dice(seed);
  std::vector<Forged> results;
  for (const Target& target : all) {
    const auto is_accepted = [&](const std::string& text) {
      connection_->savepoint();
      const bool accepted = target.show(text);
      connection_->rollback_to_savepoint();
      return accepted;
    };
    Forged result{target.kind, std::string(target.secret)};
    const bool is_live = is_accepted(target.genuine);
    if (!is_live) {
      result.first = "the genuine one is refused: nothing is shown";
      result.accepted = 1;
    }
    while (is_live && result.tried < tries / all.size()) {
      const std::string text = mutated(dice, target.genuine, others);
      const auto code = seal::normalise_code(text);
      if (genuine.contains(text) || (code && genuine.contains(*code))) continue;
      ++result.tried;
      if (is_accepted(text) && result.accepted++ == 0) result.first = text;
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
