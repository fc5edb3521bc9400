// One picture, looked at once.
#include "evidence/look.hpp"

#include "evidence/decode.hpp"
#include "evidence/zone.hpp"

namespace limen::evidence {

journey::Reading look(BytesView picture, journey::Shows shows) {
  journey::Reading out;
  const auto grey = decode_grey(picture);
  if (!grey) return out;
  out.width = static_cast<std::uint32_t>(grey->width());
  out.height = static_cast<std::uint32_t>(grey->height());
  if (shows != journey::Shows::document) return out;
  if (auto zone = read_zone(*grey))
    out.zone = journey::ZoneRead{std::move(zone->lines), zone->is_certain};
  return out;
}

}  // namespace limen::evidence
