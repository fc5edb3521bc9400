// House: a whole server in this process, for golden transcripts. Everything behind the sockets is
// the real thing: store, keys, use cases, route tables, router, parsers, outbox. Only three things
// are not: the clock stands until it is moved, every random bit comes from a seed, and nothing
// listens. Sockets, timeouts and framing have tests of their own in src/http.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doors/door.hpp"
#include "doors/operations.hpp"
#include "http/refusal.hpp"
#include "http/router.hpp"
#include "http/rules.hpp"
#include "http/server.hpp"
#include "onboard/cache.hpp"
#include "onboard/checks.hpp"
#include "onboard/notices.hpp"
#include "outbox/inbox.hpp"
#include "outbox/worker.hpp"
#include "seal/jwt.hpp"
#include "store/blobs.hpp"
#include "store/writer.hpp"

namespace limen::transcripts {

constexpr std::string_view base_url = "https://id.example.com";

// A seeded source that begins anew with each request, so that one draw more in a use case changes
// that answer and not every answer behind it.
class Seeds final : public seal::Entropy {
 public:
  void begin(std::uint64_t seed) { source_ = seal::SeededEntropy(seed); }
  void fill(std::span<std::uint8_t> out) override { source_.fill(out); }

 private:
  seal::SeededEntropy source_{0};
};

// A folder of its own, gone with its owner.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// What a second house needs to go on where one left off: after a restart, or a crash.
struct Lease {
  std::filesystem::path folder;
  json::object credentials;  // empty: nobody has lived there yet
  std::uint64_t asked = 0;   // requests so far, so that no random bit is drawn twice
  Time now;
  std::shared_ptr<const seal::SigningKeys> signing{};  // null: the first key alone
};

class House final : private doors::Operations {
 public:
  House();
  // Puts `decorate` between the use cases and the ledger.
  using Decorate = std::function<onboard::Ledger&(onboard::Ledger&)>;
  explicit House(const Lease& lease, Decorate decorate = {});
  ~House() override;
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  // Answers one request: `head` is its bytes up to and with the empty line.
  http::Response ask(std::string_view head, std::string_view body);
  void advance(Seconds by);
  // What the server does every five seconds by itself.
  void sweep();

  // From here on an engine is to look at faces. Nothing calls it: it answers by the play.
  void employ_engine();
  std::string check_of(std::string_view session);
  // Its webhook-signature over a body, now.
  std::string engine_signature(std::string_view message, std::string_view body) const;

  // {"demo":{…},"other":{…},"operator":{…}}: what `limen dev` and `limen serve` make at first
  // start.
  const json::object& credentials() const { return credentials_; }
  Lease lease() const { return {path_, credentials_, asked_, now_, signing_}; }
  // Whose signature a JWT has, in words.
  std::string signer_of(std::string_view token) const;

 private:
  using OnDesk = std::function<void(doors::Desk&)>;

  // doors::Operations
  std::string backup() override;
  std::string rotate_receipt_key(onboard::Ledger& ledger) override;
  bool disown_receipt_key(onboard::Ledger& ledger, std::string_view kid) override;
  std::string rotate_signing_key(onboard::Ledger& ledger) override;
  std::vector<doors::Check> doctor() override;
  std::string metrics() override;
  std::optional<Bytes> redraw(BytesView picture, const doors::Redraw& wanted) override;
  std::optional<journey::Reading> read(const std::string& file, journey::Shows shows) override;
  Time advance_clock(onboard::Ledger& ledger, Seconds by) override;
  void set_health(doors::Service service, doors::Health health) override;
  seal::Secret enrolment_key() override;

  void with_desk(onboard::Ledger& ledger, const OnDesk& job);
  // Runs a job on the writer; false when it was rolled back.
  bool write(const std::function<void(onboard::Ledger&)>& job);
  http::Response on_lane(const doors::Route& route, const http::Request& request);
  http::Response on_own_lane(const doors::Route& route, const http::Request& request,
                             const doors::Prepared* prepared);
  http::Response handle(const doors::Route& route, const http::Request& request,
                        const doors::Prepared* prepared, onboard::Ledger& ledger);
  http::Response word_refusal(const http::Refusal& refusal, const http::Request& request);
  std::optional<http::Refusal> judge(http::Request& request, std::string_view head,
                                     const doors::Route*& route, http::Terms& terms);
  std::optional<http::Refusal> take_body(http::Request& request, const doors::Route& route,
                                         const http::Terms& terms, std::string_view body);
  void deliver_letters();

  House(const Lease& lease, Decorate decorate, std::unique_ptr<Folder> own);
  void make_organisations();

  std::unique_ptr<Folder> own_;
  std::filesystem::path path_;
  Decorate decorate_;
  Seeds seeds_;
  seal::SeededEntropy file_names_, mail_ids_, request_ids_;
  std::uint64_t asked_;
  Time now_;
  std::shared_ptr<const seal::SigningKeys> signing_;
  seal::Sealer sealer_;
  seal::Codes codes_;
  seal::Digest enrolment_key_bits_;
  seal::Hmac enrolment_key_;
  journey::Catalogue catalogue_;
  onboard::Settings settings_;
  onboard::Cache cache_;
  onboard::Presence presence_;
  std::optional<onboard::Engine> engine_;
  store::Blobs blobs_;
  std::unique_ptr<store::Store> store_;
  outbox::Inbox inbox_;
  std::unique_ptr<outbox::Worker> worker_;
  http::Counters http_counters_;
  onboard::NoticeCounters notices_;
  std::vector<doors::Route> routes_;
  std::unique_ptr<http::Router> router_;
  bool is_store_failing_ = false;
  json::object credentials_;
};

}  // namespace limen::transcripts
