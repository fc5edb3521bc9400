// The preparation that the upload routes share.
#include "doors/reading.hpp"

#include <algorithm>

#include "doors/operations.hpp"
#include "journey/advance.hpp"
#include "onboard/attach.hpp"

namespace limen::doors {
namespace {

// Beyond this the handler refuses it anyway. Not a picture less, whichever step it is for: one that
// is taken unread would count as one that nobody could have read.
bool has_room(const journey::Session& session) {
  std::size_t count = 0;
  for (const journey::Step& step : session.steps) count += step.uploads.size();
  return count < journey::uploads_per_step * (session.steps.size() + 1);
}

}  // namespace

std::optional<journey::Reading> read_picture(Desk& desk, const journey::Session& session,
                                             std::string_view type, const std::string& file) {
  if (journey::is_over(session, desk.at.now) || !has_room(session)) return std::nullopt;
  const auto shows = onboard::shown_by(desk, session, type);
  if (!shows) return std::nullopt;
  desk.ledger.let_go();  // the handler asks everything again
  return desk.operations.read(file, *shows);
}

std::unique_ptr<Prepared> read_upload_of(const Request& request, Desk& desk,
                                         const journey::Session& session, std::string_view type) {
  auto out = std::make_unique<PictureRead>();
  out->reading = read_picture(desk, session, type, request.file->name);
  return out;
}

Aside where_read(const Request& request, const seal::Sealer&, Time) {
  return request.file ? Aside::reading : Aside::none;
}

}  // namespace limen::doors
