// See janitor.hpp.
#include "main/janitor.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "main/errand.hpp"

namespace limen::main {

std::size_t sweep_files(store::Blobs& blobs, store::Lane& readers, Time before,
                        const std::function<bool()>& is_closing) {
  using Names = std::vector<std::string>;
  return blobs.sweep_orphans(before, [&](const Names& names) {
    Names unknown;
    for (auto at = names.begin(); at != names.end() && !is_closing();) {
      const auto end = at + std::min<std::ptrdiff_t>(files_per_question, names.end() - at);
      const Names asked(at, end);
      Names answer;
      const auto failure =
          run_errand(readers, [&](onboard::Ledger& ledger) { answer = ledger.knows_files(asked); });
      if (!failure) unknown.insert(unknown.end(), answer.begin(), answer.end());
      at = end;
    }
    return unknown;
  });
}

}  // namespace limen::main
