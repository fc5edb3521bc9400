// Builds a Boost.JSON value while watching for what Boost.JSON forgives: duplicate members, NUL,
// and numbers that become infinite.
// UTF-8, surrogates, depth and trailing data are the parser's own checks, left at their strict
// defaults.
#include "base/json.hpp"

#include <cmath>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"

namespace limen {
namespace {

using boost::system::error_code;

// Names the rules that the parser itself does not check.
enum class Rule : std::uint8_t { none, duplicate, nul, range };

// The names seen so far in each open object. Few are compared one by one, in one string without
// allocations; from there on they are hashed, so that a body of names costs no square of its size.
class Names {
 public:
  void enter() { objects_.push_back({names_.size(), 0, {}}); }
  void leave() {
    names_.resize(objects_.back().begin);
    objects_.pop_back();
  }
  // False when the innermost object has that name already.
  bool add(const std::string& name) {
    Object& in = objects_.back();
    if (in.count++ >= few) return in.many.insert(name).second && !is_among_few(in, name);
    if (is_among_few(in, name)) return false;
    names_ += name;
    names_ += '\0';  // in no name: the builder refuses it
    return true;
  }

 private:
  static constexpr std::size_t few = 16;
  struct Object {
    std::size_t begin;  // of its first names, each ended by a NUL
    std::size_t count;
    std::unordered_set<std::string> many;
  };
  bool is_among_few(const Object& in, std::string_view name) const {
    std::string_view rest = std::string_view(names_).substr(in.begin);
    while (!rest.empty()) {
      const std::size_t end = rest.find('\0');
      if (rest.substr(0, end) == name) return true;
      rest.remove_prefix(end + 1);
    }
    return false;
  }

  std::string names_;
  std::vector<Object> objects_;
};

class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names_.enter();
    return true;
  }
  bool on_object_end(std::size_t n, error_code&) {
    names_.leave();
    stack_.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack_.push_array(n);
    return true;
  }
  bool on_key_part(std::string_view part, std::size_t, error_code&) {
    key_ += part;
    stack_.push_chars(part);
    return true;
  }
  bool on_key(std::string_view part, std::size_t, error_code& ec) {
    key_ += part;
    if (key_.find('\0') != std::string::npos) return fail(Rule::nul, ec);
    if (!names_.add(key_)) return fail(Rule::duplicate, ec);
    key_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, error_code& ec) {
    if (part.find('\0') != std::string_view::npos) return fail(Rule::nul, ec);
    stack_.push_chars(part);
    return true;
  }
  bool on_string(std::string_view part, std::size_t, error_code& ec) {
    if (part.find('\0') != std::string_view::npos) return fail(Rule::nul, ec);
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t v, std::string_view, error_code&) {
    stack_.push_int64(v);
    return true;
  }
  bool on_uint64(std::uint64_t v, std::string_view, error_code&) {
    stack_.push_uint64(v);
    return true;
  }
  // Boost.JSON makes 1e400 infinite and writes that as a number it does not read.
  bool on_double(double v, std::string_view, error_code& ec) {
    if (!std::isfinite(v)) return fail(Rule::range, ec);
    stack_.push_double(v);
    return true;
  }
  bool on_bool(bool v, error_code&) {
    stack_.push_bool(v);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

  void begin() { stack_.reset(); }
  json::value release() { return stack_.release(); }
  Rule broken() const { return broken_; }

 private:
  bool fail(Rule rule, error_code& ec) {
    broken_ = rule;
    ec = json::error::syntax;
    return false;
  }

  json::value_stack stack_;
  Names names_;
  std::string key_;
  Rule broken_ = Rule::none;
};

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = limits::json_depth;
  return options;
}

Problem bad_json(const std::string& why, std::size_t at) {
  return {Fault::malformed,
          codes::malformed_json,
          {},
          "malformed JSON: " + why + " at byte " + std::to_string(at),
          {},
          std::nullopt};
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::basic_parser<Builder> parser{strict_options()};
  parser.handler().begin();
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  switch (parser.handler().broken()) {
    case Rule::duplicate: return std::unexpected(bad_json("duplicate member", used));
    case Rule::nul: return std::unexpected(bad_json("NUL character", used));
    case Rule::range: return std::unexpected(bad_json("number out of range", used));
    case Rule::none: break;
  }
  if (ec) return std::unexpected(bad_json(ec.message(), used));
  if (used != text.size()) return std::unexpected(bad_json("data after the value", used));
  return parser.handler().release();
}

const json::value* member(const json::object& object, std::string_view name) {
  return object.if_contains(name);
}

std::string_view text_member(const json::object& object, std::string_view name) {
  const json::value* v = object.if_contains(name);
  if (v == nullptr || !v->is_string()) return {};
  return v->get_string();
}

}  // namespace limen
