// Idempotency-Key at the doors: reading the header, and the answer as bytes and back. It exists so
// that a handler that makes something says in one word that it may be asked twice. The rule is
// onboard/repeat.hpp.
#pragma once

#include <optional>
#include <string>

#include "doors/door.hpp"
#include "onboard/repeat.hpp"

namespace limen::doors {

// The key of the request: a structured-field string as the draft has it, or the bare text most
// clients send. Nothing when absent; malformed_request when twice, empty, or longer than 255.
Result<std::optional<std::string>> idempotency_key(const Request& request);

Bytes kept_form(const Response& response);
Response from_kept_form(BytesView kept);

// `make` unless the same request was answered under its key before. Only successes are kept: a
// refusal changed nothing and may be mended.
template <class Make>
Result<Response> once_per_key(const Request& request, Desk& desk, const onboard::Caller& caller,
                              Make&& make) {
  const auto key = TRY(idempotency_key(request));
  if (!key) return make();
  const seal::Digest asked = seal::sha256(request.target + '\n' + request.body);
  const std::string route = request.method + ' ' + request.path;
  const onboard::Repeat repeat{*key, route, asked};
  if (const auto kept = TRY(onboard::answer_before(desk, caller, repeat)))
    return from_kept_form(*kept);
  Result<Response> made = make();
  if (made && made->status < 300) onboard::keep_answer(desk, caller, repeat, kept_form(*made));
  return made;
}

}  // namespace limen::doors
