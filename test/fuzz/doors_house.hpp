// The doors without sockets, disks or threads: every route of the server with its real handler,
// use cases and ledger (SQLite in memory), and one of each credential and secret made beforehand.
// Each request is rolled back, so that an input means the same whatever came before it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "doors/door.hpp"
#include "doors/operations.hpp"
#include "http/router.hpp"
#include "store/ledger.hpp"
#include "store/sqlite.hpp"

namespace limen::fuzz {

class Files final : public onboard::Files {
 public:
  Bytes read(const std::string&) override { return {}; }
  void remove(const std::string&) noexcept override {}
  onboard::Whole join(const std::vector<std::string>&) override { return {}; }
};

class Operations final : public doors::Operations {
 public:
  std::string backup() override { return "backups/one.db"; }
  std::string rotate_receipt_key(onboard::Ledger&) override { return "kid"; }
  bool disown_receipt_key(onboard::Ledger&, std::string_view) override { return false; }
  std::string rotate_signing_key(onboard::Ledger&) override { return "kid"; }
  std::vector<doors::Check> doctor() override { return {}; }
  std::string metrics() override { return {}; }
  std::optional<Bytes> redraw(BytesView, const doors::Redraw&) override { return {}; }
  std::optional<journey::Reading> read(const std::string&, journey::Shows) override { return {}; }
  Time advance_clock(onboard::Ledger&, Seconds by) override { return from_unix(0) + by; }
  void set_health(doors::Service, doors::Health) override {}
  seal::Secret enrolment_key() override { return seal::Secret("key"); }
};

class DoorsHouse {
 public:
  DoorsHouse();

  // Answers as main::Application does, and undoes what was written. What is thrown is a finding.
  http::Response ask(http::Request& request);
  // The Authorization header of someone by name; empty for nobody.
  std::string header_of(std::string_view who) const;
  // `$name` replaced by the secret or id of that name.
  std::string filled_in(std::string_view text) const;

 private:
  http::Response answer(http::Request& request);
  doors::Desk desk();
  void make_keys();
  void make_secrets();
  json::object post(std::string_view line, std::string_view body);

  seal::SeededEntropy entropy_{1};
  seal::Digest root_ = seal::sha256("fuzz");
  seal::Sealer sealer_{root_};
  seal::Codes codes_{root_, 9};
  seal::SigningKeys signing_{{seal::SigningKey::generate()}, seal::Ed25519Key::generate(), {}};
  seal::Hmac enrolment_key_{root_};
  journey::Catalogue catalogue_;
  onboard::Settings settings_;
  onboard::Cache cache_;
  Files files_;
  Operations operations_;
  Time now_ = *parse_time("2026-11-21T18:00:00Z");
  std::unique_ptr<store::Connection> connection_;
  std::unique_ptr<store::SqlLedger> ledger_;
  std::vector<doors::Route> routes_;
  std::unique_ptr<http::Router> router_;
  std::map<std::string, std::string, std::less<>> words_;  // what $name stands for
};

// A request as inputs spell it: the line `METHOD target who type`, then the body. `type` is json,
// form or parts (a multipart body with the boundary B). False when the line is none.
bool read_request(const DoorsHouse& house, std::string_view input, http::Request& request);

}  // namespace limen::fuzz
