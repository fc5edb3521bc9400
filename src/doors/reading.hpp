// Pictures are looked at before their upload is taken, so that what they say is kept with them in
// one transaction (docs/adr/0016). This is the preparation that the doors' upload routes share.
// What a picture says is found out in a process of its own (operations.hpp) and judged in journey/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doors/door.hpp"
#include "journey/reading.hpp"

namespace limen::doors {

struct PictureRead final : Prepared {
  std::optional<journey::Reading> reading{};
};

// What `file` of the blob folder says, as a picture of that type in that session; nothing when the
// session takes no such picture, which the handler will say. The caller has judged the right to
// attach it: nobody else has pictures read.
std::optional<journey::Reading> read_picture(Desk& desk, const journey::Session& session,
                                             std::string_view type, const std::string& file);
// The same for the request's file, as what the handler is given.
std::unique_ptr<Prepared> read_upload_of(const Request& request, Desk& desk,
                                         const journey::Session& session, std::string_view type);

// Pick: only requests with a file are prepared.
Aside where_read(const Request& request, const seal::Sealer& sealer, Time now);

// Has `prepare` run before `handler` in every row of it.
template <Prepare prepare>
void read_first(std::vector<Route>& rows, Handler handler) {
  for (Route& row : rows) {
    if (row.handler != handler) continue;
    row.prepare = prepare;
    row.pick = where_read;
  }
}

}  // namespace limen::doors
