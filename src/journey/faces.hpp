// What an engine of the operator's said about the faces in a session's pictures, or why it said
// nothing: a fact of the session, from which the three face factors are computed. How the engine is
// asked is onboard's and outbox's business (ADR 0019).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journey/decision.hpp"

namespace limen::journey {

// One of the engine's words. The level and the score are its own.
struct Finding {
  Level level = Level::unknown;  // high, medium, low or unknown
  std::optional<int> score{};    // 0 (surely not) to 100
  std::string explanation{};     // plain text on one line, or nothing
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Faces {
  enum class State : std::uint8_t {
    unasked,    // there is no engine
    no_face,    // no picture of a face was sent
    waiting,    // asked; the session is not decided before this ends
    answered,   // the findings below
    late,       // no answer in time
    refused,    // the engine would not look
    withdrawn,  // the person's data was deleted first: nothing more was sent
  };
  State state = State::unasked;
  // Nothing: the engine did not look at that.
  std::optional<Finding> presence{};  // one face, of a person
  std::optional<Finding> match{};     // the face is the document's
  std::optional<Finding> liveness{};  // no presentation attack (ISO/IEC 30107)
  // While it waits: what the skill asked for. The session is decided by this, whatever becomes of
  // the skill's file meanwhile.
  std::vector<Asked> asked{};
  friend bool operator==(const Faces&, const Faces&) = default;
};

std::string_view to_string(Faces::State state);  // "unasked", …
// Whether an engine was to look.
constexpr bool was_asked(Faces::State state) { return state >= Faces::State::waiting; }

}  // namespace limen::journey
