// A route table row as http knows it, and the one interface through which http reaches the
// application. http matches paths and enforces the row's limits; what an answer means is decided
// beyond this interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/problem.hpp"
#include "http/message.hpp"

namespace limen::http {

enum class Access : std::uint8_t { reads, writes };  // which lane answers it
enum class Body : std::uint8_t {
  none,
  text,
  multipart,
  octets  // application/octet-stream: the body is the file
};        // what it takes; multipart and octets rows take text too

struct Route {
  std::string_view method;  // HEAD is answered by the GET row
  std::string_view path;    // "/things/{id}/parts"; a literal segment wins over {name}
  Access access;
  Body body;
  // A refusal leaves no sooner than this after the question was put: so it takes the same time,
  // whatever was found wrong.
  std::chrono::milliseconds refusal_time{0};
};

class Application {
 public:
  virtual ~Application() = default;

  using Done = std::function<void(Response)>;
  // Answers `request` on the route's lane. Calls `done` exactly once, from any thread; `request`
  // stays alive until then. Returns false, without ever calling `done`, when the queue is full:
  // http then answers busy.
  virtual bool answer(const Route& route, const Request& request, Done done) = 0;

  // Words a refusal that http itself decided (no route, wrong method, too large, malformed, busy…)
  // in the tongue of the path. `request` may be only partly filled. Called on the loop thread; must
  // not block.
  virtual Response word(const Problem& problem, const Request& request) = 0;
};

}  // namespace limen::http
