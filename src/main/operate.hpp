// Operator commands: a table of nouns and verbs, each one call to a running server's /operator/v1.
// No other process opens the store; these commands only talk to the server.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limen::main {

enum class Place : std::uint8_t { query, body };
enum class Shape : std::uint8_t { text, texts, integer, secret_file };

struct Option {
  std::string_view flag;    // "--name"
  std::string_view member;  // of the body, or of the query
  Shape shape;
  Place place;
  bool is_required;
  std::string_view help;
};

struct Command {
  std::string_view noun, verb, help, method;
  std::string_view path;  // may hold one {…}, taken from the argument of that name
  std::vector<Option> options;
};
std::span<const Command> commands();

struct Given {
  std::filesystem::path credentials;  // operator.json, or dev mode's credentials file
  std::string argument;               // fills {…}
  std::map<std::string, std::vector<std::string>, std::less<>> values;  // by flag
  std::string as = "demo";  // whose operator of dev mode's file: installation, demo, other
  bool as_json = false;
};
// Whose calls they are.
struct Operator {
  std::string base_url, username, password;
};
// operator.json of `serve`, or dev mode's file, which holds several: `as` says which. Throws.
Operator read_operator(const std::filesystem::path& file, const std::string& as);

// One call; prints the answer. An exit code of commands.hpp.
int operate(const Command& command, const Given& given, std::ostream& out, std::ostream& err);

}  // namespace limen::main
