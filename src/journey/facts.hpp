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

// Points into the session it was gathered from.
struct Facts {
  // The zone that counts, when it can be read as one: a picture's that was read with certainty,
  // else what a licence's bar code says, else what the app or the person sent. Nobody types a
  // document into a picture.
  std::optional<Mrz> mrz{};
  bool is_seen = false;             // it is a picture's
  bool is_licence = false;          // and it is a licence's bar code, told in the words of a zone
  const Upload* seen_in = nullptr;  // which picture
  const Lines* sent = nullptr;
  std::optional<Mrz> sent_mrz{};

  std::size_t pictures = 0, looked_at = 0, unreadable = 0;  // of the document
  bool is_measured = false;
  std::vector<std::string_view> bad_measures{};  // of them, each once

  std::string_view type{}, country{};                        // as the person chose
  std::string_view first_name{}, last_name{}, birth_date{};  // as answered in a step
  Date today{};

  bool has_zone() const { return is_seen || sent != nullptr; }
};

Facts facts_of(const Session& session, const Skill& skill, Time now);

}  // namespace limen::journey
