// The route table as a tree of segments. Segments are compared as sent: "/%73teps" is not "/steps",
// and "." and ".." are names like any other, so there is no second spelling of a path to guard.
#include "http/router.hpp"

#include <optional>

#include "base/result.hpp"

namespace limen::http {
namespace {

// Takes the segment before the next '/', or nothing when the path has ended. `rest` keeps its
// leading '/', so "/list/" has two segments, the last one empty: a path of its own (RFC 3986
// section 3.3).
std::optional<std::string_view> take_segment(std::string_view& rest) {
  if (rest.empty() || rest.front() != '/') return std::nullopt;
  rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

struct Row {
  const Route* route;
  std::vector<std::string> names;  // of its {name} segments, in order
};

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<Row> rows;
  std::string allow;
};

Router::Router(const std::vector<const Route*>& routes) : root_(std::make_unique<Node>()) {
  for (const Route* route : routes) {
    Node* node = root_.get();
    Row row{route, {}};
    std::string_view rest = route->path;
    while (const auto segment = take_segment(rest)) {
      const bool is_name = is_parameter(*segment);
      if (is_name) row.names.emplace_back(segment->substr(1, segment->size() - 2));
      auto& next = is_name ? node->parameter : node->literals[std::string(*segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    for (const Row& other : node->rows) ASSERT(other.route->method != route->method);
    node->rows.push_back(std::move(row));
    if (!node->allow.empty()) node->allow += ", ";
    node->allow += route->method;
    // RFC 9110 section 9.3.2: HEAD is GET without the content, so every GET row has it.
    if (route->method == "GET") node->allow += ", HEAD";
  }
}

Router::~Router() = default;

const Router::Node* Router::descend(const Node& node, std::string_view rest,
                                    std::vector<std::string_view>& values) {
  const auto segment = take_segment(rest);
  if (!segment) return node.rows.empty() ? nullptr : &node;
  if (const auto it = node.literals.find(*segment); it != node.literals.end())
    if (const Node* found = descend(*it->second, rest, values)) return found;
  // An empty segment names nothing, so {name} never takes it.
  if (!node.parameter || segment->empty()) return nullptr;
  values.push_back(*segment);
  if (const Node* found = descend(*node.parameter, rest, values)) return found;
  values.pop_back();
  return nullptr;
}

Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  std::vector<std::string_view> values;
  const Node* node = path.empty() ? nullptr : descend(*root_, path, values);
  if (!node) return match;
  const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (const Row& row : node->rows) {
    if (row.route->method != wanted) continue;
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto value = percent_decode(values[i], Plus::is_plus);
      if (!value) {
        match.found = Found::bad_escape;
        return match;
      }
      match.params.emplace(row.names[i], std::move(*value));
    }
    match.found = Found::row;
    match.route = row.route;
    return match;
  }
  match.found = Found::wrong_method;
  match.allow = node->allow;
  return match;
}

}  // namespace limen::http
