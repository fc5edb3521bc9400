// One picture, looked at once.
#include "evidence/look.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "evidence/aamva.hpp"
#include "evidence/barcode.hpp"
#include "evidence/decode.hpp"
#include "evidence/edges.hpp"
#include "evidence/quality.hpp"
#include "evidence/zone.hpp"

namespace limen::evidence {
namespace {

// What a reading may not hold is left out: the card may have been printed in any encoding.
std::string plain(const std::string& text) {
  return is_utf8(text) && !has_control(text) ? text : std::string();
}

journey::LicenceRead told(const Licence& from) {
  journey::LicenceRead out;
  out.number = plain(from.number);
  out.family_name = plain(from.family_name);
  out.first_name = plain(from.first_name);
  out.middle_names = plain(from.middle_names);
  out.country = plain(from.country);
  out.issuer = from.issuer;
  out.is_licence = from.is_licence;
  out.birth = from.birth;
  out.expiry = from.expiry;
  out.names_are_cut = from.family_is_cut || from.first_is_cut || from.middle_is_cut;
  return out;
}

// A row of a licence's code has 90 modules and more; where that leaves less than two pixels for
// each, nothing is found, and looking for nothing takes longest.
constexpr int code_side_min = 180;

std::optional<journey::LicenceRead> licence_in(const Grey& picture) {
  if (std::max(picture.width(), picture.height()) < code_side_min) return std::nullopt;
  for (const Code& code : read_codes(picture, Expect::pdf417))
    if (const auto licence = read_aamva(code.bytes)) return told(*licence);
  return std::nullopt;
}

void tell(journey::Reading& out, const TraitRow& row, int score) {
  out.measures.push_back({std::string(row.word), score, score < score_limit});
}

}  // namespace

journey::Reading look(BytesView picture, journey::Shows shows) {
  journey::Reading out;
  const auto grey = decode_grey(picture);
  if (!grey) return out;
  out.width = static_cast<std::uint32_t>(grey->width());
  out.height = static_cast<std::uint32_t>(grey->height());
  for (const TraitScore& score : judge_quality(*grey)) {
    const auto row = std::ranges::find(traits, score.trait, &TraitRow::trait);
    tell(out, *row, score.score);
  }
  if (shows != journey::Shows::document) return out;
  if (auto zone = read_zone(*grey)) {
    if (const auto share = share_beyond(zone->page, grey->width(), grey->height()))
      tell(out, cut_row, score_of(cut_row, *share));
    out.zone = journey::ZoneRead{std::move(zone->lines), zone->is_certain};
  }
  // The enhanced licences of the United States and Canada have both. Where the zone is certain it
  // says all there is to know, and looking for a code that may not be there takes long.
  if (!out.zone || !out.zone->is_certain) out.licence = licence_in(*grey);
  return out;
}

}  // namespace limen::evidence
