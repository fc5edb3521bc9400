// The head of one part of a multipart body: which field it is, whether it is a file. Split from the
// streaming reader because its grammar is another one: parameters and quoted strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace limen::http {

struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  // present: the part is a file
  std::string media_type;                // Content-Type as sent
};

// `text` is the lines of the head, each but the last ending in CR LF. Nothing when any rule is
// broken; `why` then says which, in a sentence that holds none of the input.
std::optional<PartHead> parse_part_head(std::string_view text, std::string& why);

// `; name=value; name="value"`: pairs in order with lower-case names. Nothing when malformed.
using Parameters = std::vector<std::pair<std::string, std::string>>;
std::optional<Parameters> parse_parameters(std::string_view text);

}  // namespace limen::http
