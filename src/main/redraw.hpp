// Pictures drawn anew: decoded to pixels and encoded again, so that what an operator's browser is
// given is bytes of ours and nothing else of what a stranger sent: no metadata, no second format
// behind the first. The server never runs redraw() itself, only apart.hpp does.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "doors/operations.hpp"
#include "main/apart.hpp"

namespace limen::main {

// Nothing when it is no JPEG, PNG or WebP, too big, or broken. In this process.
std::optional<Bytes> redraw(BytesView picture, const doors::Redraw& wanted);

// The same in a process of its own. Throws std::system_error when there can be none.
std::optional<Bytes> redraw_apart(BytesView picture, const doors::Redraw& wanted);

// The task of that process. Its words: its name, "jpeg" or "png", the side.
constexpr const char* redraw_task = "redraw-picture";
std::optional<Bytes> run_redraw(BytesView picture, const Words& words);

}  // namespace limen::main
