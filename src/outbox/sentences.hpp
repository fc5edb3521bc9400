// The sentences of a letter in its structure: [[letter.hello]] in a template becomes the text of
// that key in a language, its {placeholders} the variables of Mustache. It exists so that a letter
// is built once and not once a language. It renders no values; templates.hpp does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/words.hpp"

namespace limen::outbox {

enum class Form : std::uint8_t { subject, text, html };

// The first key after `[[letter.` that no locale has; empty when all are there.
std::string unknown_sentence(std::string_view structure);

// In HTML the words are escaped and values are isolated from their direction, except behind
// ` plain`, for places where no element may stand: [[letter.subject plain]]. In a text a line with
// a sentence is folded at 72 characters, its indentation kept; a value counts as its name does.
std::string with_sentences(std::string_view structure, words::Language language, Form form);

}  // namespace limen::outbox
