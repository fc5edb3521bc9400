// A refusal that http itself decided: the status it insists on, the Problem the application words,
// and whether the connection survives. It exists so that the pure parsers can refuse without a
// socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/problem.hpp"
#include "base/problem_codes.hpp"

namespace limen::http {

// `close`: what follows on the connection can no longer be trusted or is not worth reading.
enum class After : std::uint8_t { keep, close };

struct Refusal {
  int status = 0;  // 0: the status the application chose stays
  Problem problem;
  After after = After::close;
};

// 400: the framing or grammar is wrong, so no further byte of the connection is read as a request.
inline Refusal malformed(std::string detail) {
  return {400,
          {Fault::malformed, codes::malformed_request, {}, std::move(detail), {}, {}},
          After::close};
}

inline Refusal refusal(int status, std::string_view code, std::string detail,
                       After after = After::close) {
  return {status, {Fault::malformed, code, {}, std::move(detail), {}, {}}, after};
}

inline Refusal too_large(std::string detail) {
  return refusal(413, codes::too_large, std::move(detail));
}

}  // namespace limen::http
