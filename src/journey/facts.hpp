// What a session holds about the document and the person, gathered from answers and readings, for
// the factors of decision.cpp. It takes what is there and judges nothing. Private to the room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journey/mrz.hpp"
#include "journey/session.hpp"

namespace limen::journey {

using Lines = std::vector<std::string>;

// A document as one source tells it.
struct Told {
  Mrz mrz{};                             // of a bar code, told in the words of a zone
  const Upload* upload = nullptr;        // the picture it is in; nothing where it was sent
  const LicenceRead* licence = nullptr;  // it is the bar code of a licence
  bool is_certain = true;                // false: a zone that nobody should take for what it says
};

// Points into the session it was gathered from.
struct Facts {
  // The one that counts: the zone of a picture that was read with certainty, else what a licence's
  // bar code says, else what the app or the person sent. Nobody types a document into a picture.
  std::optional<Told> document{};
  std::vector<Told> others{};  // that can be crossed with it: of pictures as they came, then sent
  const Lines* sent = nullptr;
  bool is_sent_read = false;   // and can be read as a zone
  bool is_zone_found = false;  // in a picture, certain or not

  std::size_t looked_at = 0, unreadable = 0;  // pictures of the document
  bool is_measured = false;
  std::vector<std::string_view> bad_measures{};  // of them, each once

  std::string_view type{}, country{};                        // as the person chose
  std::string_view first_name{}, last_name{}, birth_date{};  // as answered in a step
  Date today{};

  const Mrz* mrz() const { return document ? &document->mrz : nullptr; }
  bool is_seen() const { return document && document->upload != nullptr; }
  bool is_licence() const { return document && document->licence != nullptr; }
};

Facts facts_of(const Session& session, const Skill& skill, Time now);

}  // namespace limen::journey
