// `limen receipt verify`: what a third party does with a receipt (docs/wire/receipts.md), with no
// server and, given the key set as a file, no network. It exists so that nobody needs to write it;
// any JOSE library verifies the same text. It judges no person, only whether the text is genuine,
// and takes nobody's word for whose keys to trust but its caller's.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace limen::main {

struct ReceiptOptions {
  std::filesystem::path file;  // what the API answered, an SD-JWT, or the signed text alone
  std::string jwks;            // file or URL; empty: the issuer is asked where its keys are
  std::string issuer;          // whose it must be; empty: of whoever has those keys
  bool as_json = false;
};
// exit_done, exit_refused (not genuine), exit_misuse (neither keys nor issuer, a file that cannot
// be read, a place that nobody may trust, no key of receipts there), exit_unavailable (a URL does
// not answer).
int verify_receipt(const ReceiptOptions& options, std::ostream& out, std::ostream& err);

}  // namespace limen::main
