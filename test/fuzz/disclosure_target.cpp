// What opens a receipt. Any payload and any disclosures have an answer; what was hidden comes back
// from exactly the disclosures that were made for it, and from no changed one.
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "seal/disclosure.hpp"

namespace limen::seal {
namespace {

struct Genuine {
  json::object payload;
  std::vector<std::string> opening;
};
Genuine genuine() {
  Discloser discloser(sha256("fuzz"));
  Genuine out;
  out.payload = discloser.members("a", {{"name", "Ada"}, {"born", "1815-12-10"}});
  out.payload["list"] = json::array{discloser.element("b", true), discloser.element("c", 2)};
  out.opening = discloser.take();
  return out;
}

// Disclosures as whoever shows them might write them: some left out, some with other letters.
void check_shown(std::string_view edits) {
  const Genuine all = genuine();
  std::vector<std::string> shown;
  bool is_changed = false;
  for (std::string text : all.opening) {
    const std::uint8_t what = fuzz::take_byte(edits);
    if (what % 4 == 0) continue;
    if (what % 4 == 1 && edits.size() >= 2) {
      const std::string before = text;
      text[fuzz::take_byte(edits) % text.size()] = edits.front();
      edits.remove_prefix(1);
      is_changed = is_changed || text != before;
    }
    shown.push_back(std::move(text));
  }
  const auto opened = open_disclosures(all.payload, shown);
  ASSERT(opened.has_value() == !is_changed);
  if (!opened) return;
  ASSERT(opened->opened == shown.size());
  ASSERT(opened->opened + opened->closed == all.opening.size());
}

FUZZ(disclosure) {
  if (fuzz::take_byte(input) % 2 == 0) return check_shown(input);
  const auto payload = parse_json(fuzz::take_until(input, '\n'));
  if (!payload || !payload->is_object()) return;
  std::vector<std::string> shown;
  while (!input.empty()) shown.push_back(base64url(as_bytes(fuzz::take_until(input, '\n'))));
  const auto opened = open_disclosures(payload->get_object(), shown);
  if (!opened) return;
  ASSERT(opened->opened == shown.size());
  // Opened once, there is nothing left to open.
  const auto again = open_disclosures(opened->claims, {});
  ASSERT(!again || again->opened + again->closed == 0);
}

}  // namespace
}  // namespace limen::seal
