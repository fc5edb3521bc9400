// One request on its way through the application and its answer on the way back. The application
// may answer from any thread, late, or after the connection is gone; this is what keeps the request
// alive until then and makes sure that only the first answer of the right round counts.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "http/message.hpp"
#include "http/signal.hpp"

namespace limen::http {

class Exchange {
 public:
  explicit Exchange(Executor executor) : answered(executor) {}

  Request request;
  Response response;  // to be read once `answered`
  Signal answered;

  // Begins a round; the returned number goes with the question. Loop thread.
  std::uint64_t open() {
    answered.arm();
    open_.store(++round_);
    return round_;
  }
  // The answer of that round; ignored when the round is over. Any thread.
  void complete(std::uint64_t round, Response answer) {
    if (!open_.compare_exchange_strong(round, 0)) return;
    response = std::move(answer);
    answered.set();
  }
  // Ends the round without an answer; false when one has come or is just coming. Loop thread.
  bool withdraw() { return open_.exchange(0) != 0; }

 private:
  std::uint64_t round_ = 0;
  std::atomic<std::uint64_t> open_{0};  // 0: no round is open
};

}  // namespace limen::http
