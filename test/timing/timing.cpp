// Does the time of a refusal tell what was wrong (trust G19)? Each question is asked of the real
// use case over the real ledger, two kinds of wrong answer in random order, 10^6 times in all;
// Welch's t between the two must stay below 4.5. It measures this machine, so it is run by hand
// (make timing), never as a test of CI. Codes are measured over HTTP: codes.py.
#include <algorithm>
#include <array>
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
    secret_ = issued->secret.reveal();
    for (Id& id : known_) id = onboard::create_client(d, tenant, "another").id;
  }
  onboard::Desk desk() {
    return {ledger_,        {now_, entropy_}, sealer_,   codes_, signing_,
            enrolment_key_, catalogue_,       settings_, cache_, files_};
  }
  std::string known_id() { return to_string(known_[next_++ % known_.size()]); }
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
  std::array<Id, 1024> known_;  // clients there are
  std::size_t next_ = 0;
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

// Keeps the compiler from leaving the question out.
volatile bool sink = false;

// Two kinds of text of one length. Each sample is a fresh one of its kind, so that what is compared
// are the kinds and not the spellings of two texts.
struct Question {
  const char* name;
  std::function<std::string(bool is_one)> make;
  std::function<void(std::string_view)> ask;
};

// Texts are laid out a few hundred at a time, and asked in a loop that knows nothing of their kind.
bool is_silent(const Question& question, std::size_t samples) {
  constexpr std::size_t portion = 256;
  std::mt19937_64 random(std::random_device{}());
  const std::size_t size = question.make(true).size();
  std::vector<char> texts(portion * size);
  std::vector<char> kinds(portion);
  std::vector<std::pair<double, bool>> all;
  all.reserve(samples + 2 * portion);
  for (std::size_t done = 0; done < samples + portion; done += portion) {
    for (std::size_t i = 0; i < portion; ++i) {
      kinds[i] = static_cast<char>(random() & 1);
      const std::string text = question.make(kinds[i] != 0);
      if (text.size() != size) std::abort();
      std::memcpy(texts.data() + i * size, text.data(), size);
    }
    for (std::size_t i = 0; i < portion; ++i) {
      const std::string_view shown(texts.data() + i * size, size);
      const auto begun = std::chrono::steady_clock::now();
      question.ask(shown);
      const std::chrono::duration<double, std::nano> took =
          std::chrono::steady_clock::now() - begun;
      if (done > 0) all.emplace_back(took.count(), kinds[i] != 0);  // the first portion warms up
    }
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

// The text with another letter at a place of [from, from + width).
std::string changed(std::string text, std::size_t from, std::size_t width,
                    std::mt19937_64& random) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  char& letter = text[from + random() % width];
  const char before = letter;
  while (letter == before) letter = letters[random() % letters.size()];
  return text;
}

bool run(std::size_t samples) {
  Room room;
  onboard::Desk desk = room.desk();
  std::mt19937_64 random(7);
  const std::string& secret = room.secret();
  const std::size_t head = std::string_view("lmn_key_").size();  // then 75 letters, 21 of MAC
  const auto forged = [&] { return changed(secret, head, 70, random); };
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
      {"compare: equal, or another letter",
       [&](bool is_one) { return is_one ? right : changed(right, 0, 64, random); }, compare},
      {"compare: another first or last letter",
       [&](bool is_one) { return changed(right, is_one ? 0 : 63, 1, random); }, compare},
      {"OAuth: unknown client, or a wrong secret",
       [&](bool is_one) { return (is_one ? room.stranger_id() : room.known_id()) + forged(); },
       oauth},
      {"OAuth: unknown client, or another's, with a genuine secret",
       [&](bool is_one) { return (is_one ? room.stranger_id() : room.known_id()) + secret; },
       oauth},
      {"Basic: unknown user, or a wrong password",
       [&](bool is_one) { return (is_one ? "nope" : "user") + ("pw:" + forged()); }, basic},
      {"API key: wrong in its content or in its MAC",
       [&](bool is_one) { return changed(secret, head + (is_one ? 0 : 76), 18, random); }, key},
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
