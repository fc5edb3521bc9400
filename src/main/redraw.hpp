// Pictures drawn anew: decoded to pixels and encoded again, so that what an operator's browser is
// given is bytes of ours and nothing else of what a stranger sent: no metadata, no second format
// behind the first. Decoders are where memory errors live, so the server never runs redraw()
// itself: redraw_apart() runs it in a short-lived process of this same binary that has neither
// files nor network, little memory and little time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "doors/operations.hpp"

namespace limen::main {

// The most a picture may claim to be before anything of it is decoded.
constexpr std::uint32_t redraw_side_max = 12'000;
constexpr std::uint64_t redraw_pixels_max = 50'000'000;

// Nothing when it is no JPEG, PNG or WebP, too big, or broken. In this process.
std::optional<Bytes> redraw(BytesView picture, const doors::Redraw& wanted);

// The same in a process of its own. Throws std::system_error when there can be none.
std::optional<Bytes> redraw_apart(BytesView picture, const doors::Redraw& wanted);

// What that process does: a picture on standard input, the other one on standard output; its exit
// code. `words`: "jpeg" or "png", and the side.
int run_redraw(const char* kind, const char* side);
// The first word of its command line.
constexpr const char* redraw_word = "redraw-picture";

}  // namespace limen::main
