// Bar codes on a document: PDF417 on the back of driving licences, and the square codes of cards
// and letters. ZXing recognises them; this finds where in a photograph it should look, and at which
// size. What a code says is bytes of a stranger: aamva.hpp reads those of licences.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "evidence/picture.hpp"

namespace limen::evidence {

enum class CodeForm : std::uint8_t { pdf417, qr, aztec, data_matrix };

struct CodeCorner {
  int x = 0, y = 0;
};

struct Code {
  CodeForm form = CodeForm::pdf417;
  std::string bytes{};                  // as encoded, at most code_bytes_max
  std::array<CodeCorner, 4> corners{};  // in the picture, the code's own upper left first
};

constexpr std::size_t code_bytes_max = 4096;  // the largest QR code holds 2,953
constexpr std::size_t codes_max = 8;          // of one picture

// Whether any code will do, or a PDF417 is looked for until the effort is used up.
enum class Expect : std::uint8_t { any, pdf417 };

// The codes found, each once; the search ends at the first attempt that finds what is expected. Its
// effort is bounded in pixels looked at, for this room has no clock: about a second at worst, a
// fiftieth of one where the first look finds it.
std::vector<Code> read_codes(const Grey& picture, Expect expected = Expect::any);

}  // namespace limen::evidence
