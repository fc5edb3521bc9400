// The keys of receipts in both places that know them: the folder (keys.hpp) has what signs and what
// is published, the database the public halves alone. Either may have been put back from an older
// copy than the other, and a receipt must verify all the same. It makes no key by itself.
#pragma once

#include <string>
#include <string_view>

#include "main/keys.hpp"
#include "onboard/ledger.hpp"

namespace limen::main {

// At every start: what one of them knows, both know afterwards. What had to be changed is logged.
void agree_on_receipt_keys(Keys& keys, onboard::Ledger& ledger, Time now);
// As Keys::rotate_receipts and Keys::disown, in both.
std::string rotate_receipt_key(Keys& keys, onboard::Ledger& ledger, Time now);
bool disown_receipt_key(Keys& keys, onboard::Ledger& ledger, std::string_view kid);

}  // namespace limen::main
