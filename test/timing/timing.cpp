// Does the time of a refusal tell what was wrong (trust G19)? Each question is asked of the real
// use case over the real ledger, two kinds of wrong answer in random order, 10^6 times in all;
// Welch's t between the two must stay below 4.5. Inputs are copied to one place first, so that only
// what is done with them can differ. It measures this machine, so it is run by hand (make timing),
// never as a test of CI. Codes are measured over HTTP: codes.py.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>

#include "onboard/access.hpp"
#include "onboard/desk.hpp"
#include "onboard/manage.hpp"
#include "store/ledger.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen {
namespace {

constexpr double most_t = 4.5;
constexpr double kept = 0.99;  // the slowest hundredth is the machine's: interrupts, other people

class NoFiles final : public onboard::Files {
 public:
  Bytes read(const std::string&) override { return {}; }
  void remove(const std::string&) noexcept override {}
};

// One organisation with a client, on the real ledger in memory.
class Room {
 public:
  Room() {
    store::migrate(*connection_, store::migrations());
    signing_.keys = {seal::SigningKey::generate()};
    settings_.base_url = settings_.issuer = "https://limen.test";
    onboard::Desk d = desk();
    const Id tenant = onboard::create_organisation(d, {"ours", "ours", "OUR", {}})->id;
    client_ = onboard::create_client(d, tenant, "back end");
    auto issued = onboard::create_key(d, tenant, {"user", {"onboarding:write"}, {}, client_.id});
    secret_ = issued->secret.reveal();  // tidy:allow(reveal) the measurement shows it again
  }
  onboard::Desk desk() {
    return {ledger_,        {now_, entropy_}, sealer_,   codes_, signing_,
            enrolment_key_, catalogue_,       settings_, cache_, files_};
  }
  std::string client_id() const { return to_string(client_.id); }
  std::string stranger_id() { return to_string(seal::draw_id(entropy_, now_)); }
  const std::string& secret() const { return secret_; }

 private:
  static seal::Digest root() {
    seal::Digest bits;
    bits.fill(9);
    return bits;
  }
  seal::SeededEntropy entropy_{7};
  seal::Sealer sealer_{root()};
  seal::Codes codes_{root(), 9};
  seal::SigningKeys signing_;
  seal::Hmac enrolment_key_{root()};
  journey::Catalogue catalogue_{{}};
  onboard::Settings settings_;
  onboard::Cache cache_;
  NoFiles files_;
  Time now_ = from_ms(1'763'748'000'000);
  std::unique_ptr<store::Connection> connection_ = store::open_sqlite_in_memory();
  store::SqlLedger ledger_{*connection_};
  grant::Grant client_;
  std::string secret_;
};

double welch(const std::vector<double>& a, const std::vector<double>& b) {
  const auto moments = [](const std::vector<double>& all) {
    double mean = 0, square = 0, n = 0;
    for (const double x : all) {
      ++n;
      const double delta = x - mean;
      mean += delta / n;
      square += delta * (x - mean);
    }
    return std::pair{mean, square / (n - 1) / n};
  };
  const auto [mean_a, error_a] = moments(a);
  const auto [mean_b, error_b] = moments(b);
  return (mean_a - mean_b) / std::sqrt(error_a + error_b);
}

// Two texts of one length, shown in random order at one address.
struct Question {
  const char* name;
  std::string one, other;
  std::function<void(std::string_view)> ask;
};

bool is_silent(const Question& question, std::size_t samples) {
  if (question.one.size() != question.other.size()) std::abort();
  std::mt19937_64 random(std::random_device{}());  // tidy:allow(entropy) only the order
  std::vector<std::pair<double, bool>> all;
  all.reserve(samples);
  std::string shown(question.one.size(), '\0');
  for (std::size_t i = 0; i < samples + samples / 100; ++i) {
    const bool is_one = (random() & 1) != 0;
    std::memcpy(shown.data(), is_one ? question.one.data() : question.other.data(), shown.size());
    // tidy:allow(clock) a measurement reads the clock
    const auto begun = std::chrono::steady_clock::now();
    question.ask(shown);
    // tidy:allow(clock) and once more
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
    if (i >= samples / 100) all.emplace_back(took.count(), is_one);  // after a warm-up
  }
  std::sort(all.begin(), all.end());
  all.resize(static_cast<std::size_t>(static_cast<double>(all.size()) * kept));
  std::vector<double> ones, others;
  for (const auto& [took, is_one] : all) (is_one ? ones : others).push_back(took);
  const double t = welch(ones, others);
  const bool is_good = std::abs(t) < most_t;
  std::printf("%-4s t = %+6.2f, median %.0f ns: %s\n", is_good ? "ok" : "FAIL", t,
              all[all.size() / 2].first, question.name);
  return is_good;
}

std::string changed(std::string text, std::size_t at) {
  text[at] = text[at] == 'A' ? 'B' : 'A';
  return text;
}

// Keeps the compiler from leaving the question out.
volatile bool sink = false;

bool run(std::size_t samples) {
  Room room;
  onboard::Desk desk = room.desk();
  const std::string& secret = room.secret();
  const std::string forged = changed(secret, 30), end = changed(secret, secret.size() - 2);
  const std::string known = room.client_id(), stranger = room.stranger_id();
  const std::string right(64, 'a');
  const auto compare = [&](std::string_view shown) {
    sink = seal::equal_in_time(as_bytes(shown), as_bytes(right));
  };
  const auto oauth = [&](std::string_view shown) {
    sink = onboard::oauth_client(desk, shown.substr(0, 36), shown.substr(36)).has_value();
  };
  const auto basic = [&](std::string_view shown) {
    sink = onboard::by_password(desk, shown.substr(0, 4), shown.substr(4), grant::Scope::none)
               .has_value();
  };
  const auto key = [&](std::string_view shown) {
    sink = onboard::by_key(desk, shown, grant::Scope::invite).has_value();
  };
  const Question questions[] = {
      {"compare: equal, or another first byte", right, changed(right, 0), compare},
      {"compare: another first or last byte", changed(right, 0), changed(right, 63), compare},
      {"OAuth: unknown client, or a wrong secret", stranger + forged, known + forged, oauth},
      {"OAuth: unknown client, or known, with the secret of a third", stranger + secret,
       room.stranger_id() + secret, oauth},
      {"Basic: unknown user, or a wrong password",
       "nobody"[0] + std::string("ope") + "pw:" + forged, "userpw:" + forged, basic},
      {"API key: wrong at its beginning or its end", forged, end, key},
  };
  bool is_good = true;
  for (const Question& question : questions) is_good &= is_silent(question, samples);
  return is_good;
}

}  // namespace
}  // namespace limen

int main(int count, char** words) {
  const long samples = count > 1 ? std::strtol(words[1], nullptr, 10) : 1'000'000;
  if (samples < 1000) return 2;
  return limen::run(static_cast<std::size_t>(samples)) ? 0 : 1;
}
