// The files transcripts upload: the smallest pictures of each kind, drawn for this purpose and of
// nobody, and some that are none.
#pragma once

#include <string>
#include <string_view>

namespace limen::transcripts {

// tiny.png, other.png, tiny.jpg, tiny.webp; people.csv (people to invite, one of them right); empty
// (no byte), text (no picture), huge.png (one byte beyond the limit of an upload). Throws
// std::runtime_error for any other name.
std::string picture(std::string_view name);

}  // namespace limen::transcripts
