// Parcel: a file on its way in pieces, so that a lost connection costs one piece and not the file.
// A value; the ledger remembers it, onboard/pieces.hpp has the verbs. Once all of it is there it is
// an upload like any other, and the parcel only remembers which.
#pragma once

#include <cstdint>
#include <string>

#include "journey/session.hpp"

namespace limen::onboard {

struct Parcel {
  Id id;
  journey::SessionId session;
  std::string step{};          // the step it will submit, when that is not submitted yet
  Id step_id;                  // or the one it belongs to
  std::string type;            // document_front, selfie, …
  std::uint64_t bytes = 0;     // announced
  std::uint64_t received = 0;  // so far, without a gap
  Time created, expires;
  Id upload{};  // what it became; nil until then

  bool is_joined() const { return !upload.is_nil(); }
  friend bool operator==(const Parcel&, const Parcel&) = default;
};

struct Piece {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::string file;  // name in the blob folder
  friend bool operator==(const Piece&, const Piece&) = default;
};

}  // namespace limen::onboard
