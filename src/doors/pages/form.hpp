// What a form sent, and the answers in it. It exists because a browser sends the same form in two
// encodings, and everything as text. Nothing is checked here but that it can be read.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "doors/door.hpp"
#include "journey/skill.hpp"

namespace limen::doors::pages {

class Form {
 public:
  // multipart/form-data or application/x-www-form-urlencoded; wrong_media_type otherwise. Each name
  // once.
  static Result<Form> read(const Request& request);
  // Empty when absent.
  std::string_view get(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

// A field of a step as its form names it: by its own name, unless one of our own fields has that
// name; then behind "data.".
std::string input_name(const journey::Field& field);

// The answers to `rule`: empty texts are not given, a box that is not ticked is a no, the lines of
// a machine-readable zone are lines.
journey::Answers answers_in(const Form& form, const journey::StepRule& rule);

// The date under `name`: whole, or from its three parts `name.day`, `name.month` and `name.year`.
// Empty when nothing of it was given; what is no date comes back as it is, to be refused by rule.
std::string date_in(const Form& form, std::string_view name);

}  // namespace limen::doors::pages
