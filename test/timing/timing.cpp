// Does the time of a refusal tell what was wrong (trust G19)? Each question is asked of the real
// use case over the real ledger, two kinds of wrong answer in random order, 10^6 times in all;
// Welch's t between the two must stay below 4.5. Controls come first: one kind against itself must
// look alike, a comparison that stops early must not. Which pairs need not look alike, and why, is
// in ADR 0012. It measures this machine, so it is run by hand (make timing), never as a test of
// CI. Codes are measured over HTTP: codes.py.
#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <span>

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
  onboard::Whole join(const std::vector<std::string>&) override { return {}; }
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
    for (Id& id : strangers_) id = seal::draw_id(entropy_, now_);
    ledger_.set_snapshot_epoch(cache_.epoch());  // as a lane does before its transaction
  }
  onboard::Desk desk() {
    return {ledger_,        {now_, entropy_}, sealer_,   codes_, signing_,
            enrolment_key_, catalogue_,       settings_, cache_, files_};
  }
  std::string known_id() { return to_string(known_[next_++ % known_.size()]); }
  std::string stranger_id() { return to_string(strangers_[next_++ % strangers_.size()]); }
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
  // Clients there are and clients there are not: as many of each, so that none is more familiar to
  // the machine than the other, and many, so that the spelling of a few decides nothing.
  std::array<Id, 16'384> known_, strangers_;
  std::size_t next_ = 0;
  std::string secret_;
};

struct Moments {
  double mean, error;  // error: variance of the mean
};
Moments moments(const std::vector<double>& all) {
  double mean = 0, square = 0, n = 0;
  for (const double x : all) {
    ++n;
    const double delta = x - mean;
    mean += delta / n;
    square += delta * (x - mean);
  }
  return {mean, square / (n - 1) / n};
}

// A text of one kind, always of one length, and a fresh one of its kind at each call: what is
// compared are the kinds, and not the spellings of two texts.
using Kind = std::function<std::string()>;
using Ask = std::function<bool(std::string_view)>;

// What a row is there for: a promise of the product, or a check of the measurement itself.
enum class Must { look_alike, differ };

struct Question {
  const char* name;
  Kind one, other;
  Ask ask;
  Must must = Must::look_alike;
};

// Keeps the compiler from leaving the question out.
volatile bool sink = false;

// Texts are made a few thousand at a time, of a kind drawn anew for each, before any is asked; each
// is copied to the same place before its turn. So the question sees the same addresses whatever
// the kind, and the loop that takes the time knows nothing of it.
std::array<std::vector<double>, 2> take_times(const Question& question, std::size_t samples) {
  constexpr std::size_t portion = 4096;
  std::mt19937_64 random(std::random_device{}());
  const std::size_t size = question.one().size();
  std::vector<char> texts(portion * size), shown(size), kinds(portion);
  std::vector<double> took(portion);
  std::array<std::vector<double>, 2> all;
  for (auto& kind : all) kind.reserve(samples);
  for (std::size_t done = 0; done < samples + portion; done += portion) {
    for (std::size_t i = 0; i < portion; ++i) {
      kinds[i] = static_cast<char>(random() & 1);
      const std::string text = kinds[i] != 0 ? question.one() : question.other();
      if (text.size() != size) std::abort();
      std::memcpy(texts.data() + i * size, text.data(), size);
    }
    for (std::size_t i = 0; i < portion; ++i) {
      std::memcpy(shown.data(), texts.data() + i * size, size);
      const auto begun = std::chrono::steady_clock::now();
      sink = question.ask({shown.data(), size});
      const std::chrono::duration<double, std::nano> passed =
          std::chrono::steady_clock::now() - begun;
      took[i] = passed.count();
    }
    if (done == 0) continue;  // the first portion warms up
    for (std::size_t i = 0; i < portion; ++i)
      all[static_cast<std::size_t>(kinds[i])].push_back(took[i]);
  }
  return all;
}

bool is_as_it_must(const Question& question, std::size_t samples) {
  auto [others, ones] = take_times(question, samples);
  // Where to cut is decided on all samples together, and equal times share their fate: the clock
  // ticks so coarsely that thousands are equal to the last one kept.
  std::vector<double> sorted = ones;
  sorted.insert(sorted.end(), others.begin(), others.end());
  std::sort(sorted.begin(), sorted.end());
  const double cut = sorted[static_cast<std::size_t>(static_cast<double>(sorted.size()) * kept)];
  for (auto* all : {&ones, &others}) std::erase_if(*all, [&](double x) { return x > cut; });
  const Moments a = moments(ones), b = moments(others);
  const double t = (a.mean - b.mean) / std::sqrt(a.error + b.error);
  const bool is_good = (std::abs(t) < most_t) == (question.must == Must::look_alike);
  std::printf("%-4s %+9.2f %+9.2f ns %8.0f ns  %s\n", is_good ? "ok" : "FAIL", t, a.mean - b.mean,
              sorted[sorted.size() / 2], question.name);
  std::fflush(stdout);
  return is_good;
}

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The text with another letter at a place of [from, from + width).
std::string changed(std::string text, std::size_t from, std::size_t width,
                    std::mt19937_64& random) {
  char& letter = text[from + random() % width];
  const char before = letter;
  while (letter == before) letter = letters[random() % letters.size()];
  return text;
}

// The text with [from, from + width) drawn anew: never twice the same. A few hundred texts asked
// again and again would be compared by their spellings, such as where their digests fall in a hash
// table: t from -5 to +15, another for each secret.
std::string redrawn(std::string text, std::size_t from, std::size_t width,
                    std::mt19937_64& random) {
  for (char& letter : std::span(text).subspan(from, width))
    letter = letters[random() % letters.size()];
  return text;
}

// Stops at the first difference, as no comparison of ours may.
bool equal_in_haste(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) return false;
  return true;
}

std::vector<Question> questions_of(Room& room, onboard::Desk& desk, std::mt19937_64& random) {
  const std::string& secret = room.secret();
  const std::size_t head = std::string_view("lmn_key_").size();  // then 75 letters, 21 of MAC
  const auto forged_at = [&, head](std::size_t from, std::size_t width) {
    return [&, head, from, width] { return redrawn(secret, head + from, width, random); };
  };
  const Kind forged = forged_at(0, 74);
  const std::string right(64, 'a');
  const auto letter = [&random, right](std::size_t from, std::size_t width) {
    return [&random, right, from, width] { return changed(right, from, width, random); };
  };
  const Ask compare = [right](std::string_view shown) {
    return seal::equal_in_time(as_bytes(shown), as_bytes(right));
  };
  const Ask haste = [right](std::string_view shown) { return equal_in_haste(shown, right); };
  const Ask oauth = [&desk](std::string_view shown) {
    return onboard::oauth_client(desk, shown.substr(0, 36), shown.substr(36)).has_value();
  };
  const Ask basic = [&desk](std::string_view shown) {
    return onboard::by_password(desk, shown.substr(0, 4), shown.substr(4), grant::Scope::none)
        .has_value();
  };
  const Ask key = [&desk](std::string_view shown) {
    return onboard::by_key(desk, shown, grant::Scope::invite).has_value();
  };
  const Kind stranger = [&, forged] { return room.stranger_id() + forged(); };
  const Kind known = [&, forged] { return room.known_id() + forged(); };
  const Kind foreign = [&] { return room.known_id() + secret; };
  const Kind nobody = [&] { return room.stranger_id() + secret; };
  const Kind nope = [forged] { return "nopepw:" + forged(); };
  const Kind user = [forged] { return "userpw:" + forged(); };
  return {
      {"control: one kind twice, compared", letter(0, 64), letter(0, 64), compare},
      {"control: one kind twice, OAuth", known, known, oauth},
      {"control: one kind twice, OAuth with a genuine secret", foreign, foreign, oauth},
      {"control: one kind twice, Basic", user, user, basic},
      {"control: one kind twice, API key", forged_at(0, 20), forged_at(0, 20), key},
      {"control: a comparison that stops early, first or last letter", letter(0, 1), letter(63, 1),
       haste, Must::differ},
      {"compare: equal, or another letter", [right] { return right; }, letter(0, 64), compare},
      {"compare: another first or last letter", letter(0, 1), letter(63, 1), compare},
      {"OAuth: unknown client, or a wrong secret", stranger, known, oauth},
      {"OAuth: unknown client, or another's, with a genuine secret", nobody, foreign, oauth},
      {"Basic: unknown user, or a wrong password", nope, user, basic},
      {"API key: wrong in its content or in its MAC", forged_at(0, 20), forged_at(76, 20), key},
  };
}

// One core for the whole run: a move between cores is a change of clock and of caches.
void stay_on_one_core() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) std::perror("not pinned to one core");
}

bool run(std::size_t samples) {
  stay_on_one_core();
  Room room;
  onboard::Desk desk = room.desk();
  std::mt19937_64 random(7);
  // Remembered from here on, as in a server that its owner uses.
  if (!onboard::by_key(desk, room.secret(), grant::Scope::invite)) std::abort();
  std::printf("             t   difference      median  (%zu samples, |t| < %.1f)\n", samples,
              most_t);
  bool is_good = true;
  for (const Question& question : questions_of(room, desk, random))
    is_good &= is_as_it_must(question, samples);
  return is_good;
}

}  // namespace
}  // namespace limen

int main(int count, char** words) {
  const long samples = count > 1 ? std::strtol(words[1], nullptr, 10) : 1'000'000;
  if (samples < 1000) return 2;
  return limen::run(static_cast<std::size_t>(samples)) ? 0 : 1;
}
