// Desk: everything one job may use, put together by main and handed to a use case. It exists so
// that a use case has no globals, no clock and no entropy of its own. References outlive the job.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/network.hpp"
#include "grant/engine.hpp"
#include "journey/catalogue.hpp"
#include "onboard/budgets.hpp"
#include "onboard/cache.hpp"
#include "onboard/ledger.hpp"
#include "onboard/presence.hpp"
#include "seal/code.hpp"
#include "seal/entropy.hpp"
#include "seal/jwt.hpp"
#include "seal/password.hpp"
#include "seal/sealer.hpp"

namespace limen::onboard {

// Made once per job.
struct Moment {
  Time now;
  seal::Entropy& entropy;
};

struct Whole {
  std::string file;  // its name
  std::uint64_t bytes = 0;
  Digest sha256{};
  Bytes head;  // the first bytes (at most 64), for sniffing
};

// Bytes of finished uploads.
class Files {
 public:
  virtual ~Files() = default;
  // Whole content; throws std::system_error when it cannot be read.
  virtual Bytes read(const std::string& name) = 0;
  virtual void remove(const std::string& name) noexcept = 0;
  // A new file with the content of those, one after the other; they stay. On disk and fsynced.
  // Throws std::system_error when the disk refuses.
  virtual Whole join(const std::vector<std::string>& names) = 0;
};

// How the accessToken of an enrolment is signed. One algorithm at a time, fixed by configuration
// (RFC 8725 section 3.1): HS256 as s4's example shows, or ES256, which the published key set
// verifies.
enum class EnrolmentToken : std::uint8_t { hs256, es256 };

// Where webhooks may lead beside the internet, and to which ports.
struct WebhookReach {
  std::vector<Network> networks{};
  std::vector<std::uint16_t> ports{443, 8443};
};

// What an operator may set and use cases obey. Lifetimes default to base/limits.hpp.
struct Settings {
  std::string base_url;  // of every link we build; never a Host header
  std::string issuer;    // RFC 8414 issuer; equals base_url unless set
  Seconds access_life = limits::access_life;
  Seconds invitation_life = limits::invitation_life;
  Seconds session_life = limits::session_life;
  EnrolmentToken enrolment_token = EnrolmentToken::hs256;
  Quotas quotas = default_quotas;
  std::uint64_t upload_bytes = limits::upload_file_bytes;  // of one file
  seal::PasswordCost password_cost{};                      // of staff
  WebhookReach webhooks{};
  bool is_dev = false;  // budgets are off, but for misses at one invitation
};

struct Engine;  // onboard/checks.hpp

struct Desk {
  Ledger& ledger;
  Moment at;
  const seal::Sealer& sealer;
  const seal::Codes& codes;
  const seal::SigningKeys& signing;
  const seal::Hmac& enrolment_key;  // HS256 key of s4's accessToken
  const journey::Catalogue& catalogue;
  const Settings& settings;
  Cache& cache;
  Files& files;
  Presence* presence = nullptr;    // null: nobody is watching who comes
  const Engine* engine = nullptr;  // null: nobody looks at faces
};

}  // namespace limen::onboard
