// `limen receipt verify`: what a third party does with a receipt (docs/wire/receipts.md), with no
// server and, given the key set as a file, no network. It exists so that nobody needs to write it;
// any JOSE library verifies the same text. It judges no person, only whether the text is genuine.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace limen::main {

struct ReceiptOptions {
  std::filesystem::path file;  // what the API answered, an SD-JWT, or the signed text alone
  std::string jwks;            // file or URL; empty: asked of the server that the receipt names
  bool as_json = false;
};
// exit_done, exit_refused (not genuine), exit_misuse (a file cannot be read), exit_unavailable (the
// key set's URL did not answer).
int verify_receipt(const ReceiptOptions& options, std::ostream& out, std::ostream& err);

}  // namespace limen::main
