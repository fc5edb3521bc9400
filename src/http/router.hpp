// Finds the row of the route table that answers a method and a path. The path picks the resource (a
// literal segment wins over {name}), then the method picks the row. It does not know what a row
// does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.hpp"

namespace limen::http {

enum class Found : std::uint8_t {
  row,           // `route` answers; `params` are its decoded {name} segments
  no_route,      // nothing lives at this path
  wrong_method,  // something does, under the methods of `allow`
  bad_escape,    // a {name} segment is not percent-encoded UTF-8
};

struct Match {
  Found found = Found::no_route;
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> params;
  std::string allow;  // "GET, HEAD, POST"
};

class Router {
 public:
  // The rows must outlive the router. Two rows with one method and one shape are our own bug.
  explicit Router(const std::vector<const Route*>& routes);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Thread-safe: nothing changes after construction.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  static const Node* descend(const Node& node, std::string_view rest,
                             std::vector<std::string_view>& values);

  std::unique_ptr<Node> root_;
};

}  // namespace limen::http
