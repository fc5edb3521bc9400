// All that is found out about one picture: decoded, measured, its zone and its codes read. Meant
// for the process that main/apart.hpp starts: whatever a decoder does with a hostile picture
// happens there. It finds facts; what follows from them is journey/decision.hpp's.
#pragma once

#include "base/bytes.hpp"
#include "journey/reading.hpp"
#include "journey/skill.hpp"

namespace limen::evidence {

// `shows` is what the skill says the picture is of: zones and codes are looked for on documents
// only. Bytes that are no picture, or no bearable one, give an unreadable reading.
journey::Reading look(BytesView picture, journey::Shows shows);

}  // namespace limen::evidence
