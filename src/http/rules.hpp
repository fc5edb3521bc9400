// What a grammatical head must satisfy before anything is done for it: one meaning for its length,
// one host, a target we understand, expectations we can meet. Pure; the order of the checks is the
// policy.
#pragma once

#include <cstdint>
#include <optional>

#include "http/head.hpp"
#include "http/message.hpp"
#include "http/refusal.hpp"

namespace limen::http {

enum class Framing : std::uint8_t { none, length, chunked };
enum class Expectation : std::uint8_t { none, proceed };  // proceed: the client waits for 100

struct Terms {
  Framing framing = Framing::none;
  std::uint64_t length = 0;  // of the body, when framing is length
  Expectation expectation = Expectation::none;
};

// Decides how the body is delimited. A refusal always closes.
std::optional<Refusal> judge_framing(const Request& request, Version version, Terms& terms);

// Splits the target into path and query and checks the host, with which an absolute-form target
// must agree. A refusal always closes.
std::optional<Refusal> judge_target(Request& request, Version version);

// Expectations, content type and codings. A refusal here leaves the connection usable.
std::optional<Refusal> judge_wishes(const Request& request, Version version, Terms& terms);

}  // namespace limen::http
