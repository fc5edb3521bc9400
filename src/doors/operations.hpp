// What an operator or dev mode asks of the whole server rather than of one use case: a backup, a
// new signing key, a look at its health, a moved clock. Implemented in main, which owns those
// services; the doors only word the answers. Calls come from any lane and must never wait for a
// lane.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "http/route.hpp"
#include "onboard/ledger.hpp"
#include "seal/secret.hpp"

namespace limen::doors {

struct Check {
  std::string check;  // "store", "keys", "outbox"
  bool is_ok = false;
  std::string detail;
};

enum class Service : std::uint8_t { store, mail };
enum class Health : std::uint8_t { ok, failing };

// A picture drawn anew: at most `side` pixels wide and high.
struct Redraw {
  enum class Form : std::uint8_t { jpeg, png };
  std::uint32_t side = 1600;
  Form form = Form::jpeg;
};

class Operations {
 public:
  virtual ~Operations() = default;

  // A consistent copy beside the data; its file name. Throws when the copy fails. Blocks for as
  // long as the copy takes; its route is answered aside, so that no other request waits for it.
  virtual std::string backup() = 0;
  // A new signing key comes first, the others go on verifying; its `kid`. `ledger` is the one of
  // the job in hand, so that what is remembered commits with the answer.
  virtual std::string rotate_signing_key(onboard::Ledger& ledger) = 0;
  // The same for the key of receipts.
  virtual std::string rotate_receipt_key(onboard::Ledger& ledger) = 0;
  // A replaced key of receipts is published no more; false when there is no such key, or it signs.
  virtual bool disown_receipt_key(onboard::Ledger& ledger, std::string_view kid) = 0;
  virtual std::vector<Check> doctor() = 0;
  // That picture decoded and encoded again, in a process of its own; nothing when it cannot be
  // read. Blocks as long as that takes; its routes are answered aside.
  virtual std::optional<Bytes> redraw(BytesView picture, const Redraw& wanted) = 0;
  // What that file of the blob folder says, found out in a process of its own. A file that process
  // cannot bear is an unreadable picture; nothing when there could be no process. Blocks; its
  // routes are prepared aside.
  virtual std::optional<journey::Reading> read(const std::string& file, journey::Shows shows) = 0;
  // Prometheus text format 0.0.4.
  virtual std::string metrics() = 0;

  // --- dev mode only ---
  // Moves the server's clock forward and remembers it in `ledger`; the new time.
  virtual Time advance_clock(onboard::Ledger& ledger, Seconds by) = 0;
  // Rehearses an outage. Must work while the store is failing, so it may not touch the ledger.
  virtual void set_health(Service service, Health health) = 0;
  // Key of the enrolment accessToken, base64url.
  virtual seal::Secret enrolment_key() = 0;
};

}  // namespace limen::doors
