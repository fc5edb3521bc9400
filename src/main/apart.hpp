// Work on bytes of strangers, done apart: in a short-lived process of this same binary that has
// neither files nor network, little memory and little time. Decoders are where memory errors live;
// one that dies takes nothing with it, and what it was given counts as unreadable. What is done
// there is each task's: redraw.hpp, read.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace limen::main {

// The task's name and its arguments.
using Words = std::vector<std::string>;

// What that task makes of `input`; nothing when it cannot, dies, or takes too long. Throws
// std::system_error when there can be no process. Blocks; thread-safe.
std::optional<Bytes> apart(BytesView input, const Words& words);

// What that process does: `input` on standard input, the outcome on standard output. Does not
// return.
int run_apart(int count, char** arguments);
// The first word of its command line.
constexpr const char* apart_word = "apart";

}  // namespace limen::main
