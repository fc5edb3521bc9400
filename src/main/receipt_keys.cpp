// See receipt_keys.hpp. The database keeps them as one setting: a key set is small, and read whole.
#include "main/receipt_keys.hpp"

#include "base/log.hpp"

namespace limen::main {
namespace {

const std::string setting = "receipt_keys";  // Keys::known_receipts

}  // namespace

void agree_on_receipt_keys(Keys& keys, onboard::Ledger& ledger, Time now) {
  const std::string remembered = ledger.setting(setting).value_or("");
  for (const std::string& kid : keys.agree_with(remembered, now))
    log::Line(log::Level::warning, "receipt_key_put_back").with("kid", kid);
  const std::string signs = keys.signing()->receipt->public_half().id();
  if (!remembered.empty() && remembered.find(signs) == std::string::npos)
    log::Line(log::Level::warning, "receipt_key_made").with("kid", signs);
  if (keys.known_receipts() != remembered) ledger.set_setting(setting, keys.known_receipts());
}

std::string rotate_receipt_key(Keys& keys, onboard::Ledger& ledger, Time now) {
  const std::string kid = keys.rotate_receipts(now);
  ledger.set_setting(setting, keys.known_receipts());
  log::Line(log::Level::info, "receipt_key_rotated").with("kid", kid);
  return kid;
}

bool disown_receipt_key(Keys& keys, onboard::Ledger& ledger, std::string_view kid) {
  const bool is_gone_now = keys.disown(kid);
  // A commit that failed left it in the ledger alone; the next start would publish it again.
  const std::string remembered = ledger.setting(setting).value_or("");
  const bool is_left_over = remembered.find(kid) != std::string::npos &&
                            keys.known_receipts().find(kid) == std::string::npos;
  if (!is_gone_now && !is_left_over) return false;
  ledger.set_setting(setting, keys.known_receipts());
  log::Line(log::Level::info, "receipt_key_disowned").with("kid", kid);
  return true;
}

}  // namespace limen::main
