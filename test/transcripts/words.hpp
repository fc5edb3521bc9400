// The words of a transcript: `${name}` puts a variable in, `${function|text}` computes, `<<name>>`
// stands for what no two runs have in common and remembers it. It exists so that a dialogue can be
// read from top to bottom and still be compared letter by letter. It knows no HTTP.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace limen::transcripts {

using Lines = std::vector<std::string>;

Lines split_lines(std::string_view text);
std::string join_lines(const Lines& lines);

class Words {
 public:
  void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  // Every text in `tree`, named by its path: demo.oauth.client_id.
  void set_all(const json::object& tree, const std::string& root = {});
  const std::string& get(const std::string& name) const;

  // Everything between ${ and } replaced, innermost first. Throws std::runtime_error for a name
  // nobody set.
  //   base64|t  base64url|t  url|t  upper|t  lower|t  hex|6869 (the bytes)  repeat|3|t
  //   forged|t (another last letter)  unpadded|t (without '=')
  std::string expand(std::string_view text) const;

  // Whether `line` is what `want` says; remembers what stands at its <<names>>.
  bool match(std::string_view want, std::string_view line);
  bool match_all(const Lines& want, const Lines& got);

  // For LIMEN_BLESS: `got` in the words `old` used where it still can, and in variables elsewhere.
  Lines reword(const Lines& old, const Lines& got);

 private:
  std::string reword_line(const Lines& old, std::string_view line);
  std::string name_values(std::string text) const;

  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace limen::transcripts
