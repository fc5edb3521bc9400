// Going on with another device: the screen a desktop sees first, the one it waits at while a phone
// is connected, and the one that greets the phone. When and how often a link works is
// onboard/transfer.hpp.
#pragma once

#include "doors/pages/qr.hpp"
#include "doors/pages/visits.hpp"

namespace limen::doors::pages {

// A link to another device, as it is shown: once, in the answer that made it.
struct Link {
  std::string url;
  std::string mailto;  // a letter to oneself with the link in it
  Time expires;
  Drawing qr;
};
Link link_of(const Look& look, const onboard::Transfer& transfer, std::string_view base_url,
             std::string_view organisation);

// Where the choice stands: phone or here. `link` is null until one was asked for.
Response show_devices(const Visit& visit, const Wish& wish, const Link* link);
// A phone is at it.
Response show_phone_at_work(const Visit& visit);
// Where a QR code leads: whose session it is, and a warning. Looking uses nothing up.
Response show_crossing(const Look& look, const journey::Session& session,
                       std::string_view organisation, std::string_view step,
                       std::string_view token);

}  // namespace limen::doors::pages
