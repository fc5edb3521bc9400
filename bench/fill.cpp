// fill: puts N live invitations (with their letters, sent) and N open sessions (each with its first
// step) into a store, as N people would have left them over the last ten days. Rows go through the
// store room's own ledger and schema, in large transactions, so what is measured afterwards is the
// real file. It fills a folder that a `limen dev` has made and left; it measures nothing itself.
//   fill DATA_FOLDER N PEOPLE_FILE   ->   PEOPLE_FILE: lines "CODE ADDRESS" of people chosen evenly
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "grant/kinds.hpp"
#include "main/config.hpp"
#include "main/keys.hpp"
#include "onboard/invite.hpp"
#include "seal/code.hpp"
#include "seal/sealer.hpp"
#include "store/columns.hpp"
#include "store/writer.hpp"

namespace {

using namespace limen;

// Big, so that a page hit in random places is written once per portion and not once per row.
constexpr std::size_t portion = 250'000;
constexpr std::size_t people_told = 20'000;
constexpr auto span = std::chrono::days{10};

struct House {
  Id tenant, oauth_client, skills_client;
  std::string prefix;
};

House house_of(const std::filesystem::path& data) {
  std::ifstream file(data / "dev-credentials.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto parsed = parse_json(text);
  if (!parsed) throw std::runtime_error(data.string() + " was not made by limen dev");
  const json::value& demo = parsed->at("organisations").at("demo");
  const auto id_at = [&](const char* part, const char* name) {
    const auto id = parse_id(std::string_view(demo.at(part).at(name).as_string()));
    if (!id) throw std::runtime_error(std::string(name) + " is no id");
    return *id;
  };
  return {id_at("enrolment", "customer"), id_at("oauth", "client_id"), id_at("skills", "client_id"),
          "DEM"};
}

class Filler {
 public:
  Filler(const std::filesystem::path& data, std::size_t count, const std::string& people)
      : house_(house_of(data)),
        begin_(std::chrono::floor<Millis>(std::chrono::system_clock::now()) - span),
        count_(count),
        keys_(data / "keys", kernel_, begin_ + span),
        sealer_(keys_.root()),
        codes_(sealer_.key_for("codes/ff1"), main::Config{}.code_symbols),
        store_(store::Store::open(data / "limen.db", 1, {})),
        people_(people, std::ios::binary) {}

  void run() {
    for (std::size_t done = 0; done < count_; done += portion) {
      const std::size_t size = std::min(portion, count_ - done);
      transact([&](onboard::Ledger& ledger) { add_invitations(ledger, done, size); });
      transact([&](onboard::Ledger& ledger) { add_sessions(ledger, done, size); });
    }
    store_->stop();
    if (!people_.flush()) throw std::runtime_error("the people's file cannot be written");
  }

 private:
  struct Person {
    std::int64_t key;
    std::string email;
  };

  void transact(const std::function<void(onboard::Ledger&)>& job) {
    std::promise<void> promise;
    store::Job work{job, [&] { promise.set_value(); },
                    [&](std::exception_ptr failure) { promise.set_exception(failure); }};
    if (!store_->writer().submit(std::move(work))) throw std::runtime_error("no job is taken");
    promise.get_future().get();
  }

  Time time_of(std::size_t number) const {
    const double share = static_cast<double>(number) / static_cast<double>(count_);
    return begin_ + Millis{static_cast<std::int64_t>(share * 1e3 * 86'400 * span.count())};
  }

  // People come in an order that has nothing to do with the index by person; within one portion
  // they are taken in the order of that index, which changes the time of filling and not the file.
  void add_invitations(onboard::Ledger& ledger, std::size_t first, std::size_t size) {
    std::vector<Person> portion_people;
    portion_people.reserve(size);
    for (std::size_t i = first; i < first + size; ++i) {
      std::string email = "person." + std::to_string(i) + "@example.com";
      const std::int64_t key = store::person_key(house_.tenant, email);
      portion_people.push_back({key, std::move(email)});
    }
    std::sort(portion_people.begin(), portion_people.end(),
              [](const Person& a, const Person& b) { return a.key < b.key; });
    for (std::size_t i = 0; i < size; ++i) invite(ledger, portion_people[i], first + i);
  }

  void invite(onboard::Ledger& ledger, const Person& person, std::size_t number) {
    const auto& policy = grant::policy_of(grant::Kind::invitation);
    const onboard::Invitee invitee{person.email, "Ada", "Lovelace"};
    grant::Grant g;
    g.created = time_of(number);
    g.id = seal::draw_id(ids_, g.created);
    g.kind = grant::Kind::invitation;
    g.tenant = house_.tenant;
    g.parent = house_.oauth_client;
    g.subject = onboard::subject_of(invitee);
    g.terms = {g.created + policy.life, policy.may, policy.once, policy.misses, {}};
    g.serial = ledger.add(g);
    onboard::Letter letter;
    letter.id = seal::draw_id(ids_, g.created);
    letter.tenant = g.tenant;
    letter.invitation = g.id;
    letter.to = person.email;
    letter.first_name = invitee.first_name;
    letter.last_name = invitee.last_name;
    letter.state = onboard::LetterState::sent;
    letter.attempts = 1;
    letter.created = letter.due = g.created;
    ledger.add_letter(letter);
    const std::size_t every = std::max<std::size_t>(count_ / people_told, 1);
    if (number % every == 0)
      people_ << codes_.code(house_.prefix, house_.tenant, g.serial) << ' ' << person.email << '\n';
  }

  void add_sessions(onboard::Ledger& ledger, std::size_t first, std::size_t size) {
    for (std::size_t i = first; i < first + size; ++i) {
      journey::Session session;
      session.created = session.updated = time_of(i);
      session.id = seal::draw_id(ids_, session.created);
      session.tenant = house_.tenant;
      session.owner = house_.skills_client;
      session.skill = "xyz_sbx_#3.0";
      session.expires = session.created + limits::session_life;
      session.version = 1;
      journey::Step step;
      step.id = seal::draw_id(ids_, session.created);
      step.name = "product_form";
      step.answers = {{"value", "250"}, {"currency", "EUR"}, {"period", "monthly"}};
      ids_.fill(step.request);
      step.submitted = session.created;
      session.steps.push_back(std::move(step));
      if (!ledger.add_session(session)) throw std::runtime_error("a session was not added");
    }
  }

  const House house_;
  const Time begin_;
  const std::size_t count_;
  seal::KernelEntropy kernel_;
  seal::SeededEntropy ids_{std::random_device{}()};
  main::Keys keys_;
  seal::Sealer sealer_;
  seal::Codes codes_;
  std::unique_ptr<store::Store> store_;
  std::ofstream people_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: fill DATA_FOLDER N PEOPLE_FILE\n", stderr), 2;
  try {
    const long long count = std::atoll(argv[2]);
    if (count < 1) throw std::runtime_error("N is a number from 1");
    Filler(argv[1], static_cast<std::size_t>(count), argv[3]).run();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "fill: %s\n", problem.what());
    return 1;
  }
  return 0;
}
