// Bytes of a stranger's picture to pixels: JPEG, PNG, WebP. Decoders are where memory errors live,
// so this is to run in a process that has nothing to lose; what a picture claims to be is judged
// from its header, before anything of it is decoded. It encodes nothing and keeps no metadata; the
// one thing it reads of it is which way is up.
//
// Refused, for nobody's camera writes it and it is work without end: more than picture_side_max or
// picture_pixels_max, more than `bomb` pixels a byte, more than jpeg_scans_max scans, arithmetic
// coding, CMYK, animation. 16 bits, palettes, interlacing, transparency (laid on white where it is
// made grey) are read.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "evidence/picture.hpp"
#include "evidence/upright.hpp"

namespace limen::evidence {

// The most a picture may claim to be.
constexpr std::uint32_t picture_side_max = 12'000;
// What is sold as 50 megapixels has up to 53.9 (8768 by 6144).
constexpr std::uint64_t picture_pixels_max = 55'000'000;
// A photograph has at most some tens of pixels a byte, a scanned page about a hundred. Small
// pictures may be as plain as they like: they cost little.
constexpr std::uint64_t bomb_pixels_a_byte = 200;
constexpr std::uint64_t bomb_pixels_free = 2'000'000;
// Of a progressive JPEG: each goes over the whole picture again. Encoders write about ten.
constexpr int jpeg_scans_max = 20;

// Upright. Where the longer side stays at `side` or more the picture may come halved, or halved
// again: a JPEG is then decoded in less time and memory. Nothing when it cannot be read.
std::optional<Pixels> decode_colour(BytesView picture, std::uint32_t side = picture_side_max);
// The same in grey, without having been in colour on the way: a quarter of the memory. All forms
// are halved.
std::optional<Grey> decode_grey(BytesView picture, std::uint32_t side = picture_side_max);

}  // namespace limen::evidence
