// The waiting coroutine is kept as Asio's own completion handler, and goes to the loop in memory of
// the signal: whoever announces the event may be a thread where nobody could catch.
#include "http/signal.hpp"

#include <boost/asio/async_result.hpp>

namespace limen::http {

// Stores the waiter, or resumes it at once when the event came first. A plain struct of one
// pointer: Asio keeps a copy of it in a coroutine frame, where g++ 12 destroys captures twice.
struct Signal::Begin {
  Signal* signal;

  void operator()(Waiter waiter) const {
    const std::lock_guard lock(signal->mutex_);
    if (signal->is_set_) post_from(signal->room_, signal->executor_, std::move(waiter));
    else signal->waiter_.emplace(std::move(waiter));
  }
};

void Signal::arm() {
  const std::lock_guard lock(mutex_);
  is_set_ = false;
}

void Signal::set() noexcept {
  const std::lock_guard lock(mutex_);
  is_set_ = true;
  if (!waiter_) return;
  Waiter waiter = std::move(*waiter_);
  waiter_.reset();
  post_from(room_, executor_, std::move(waiter));
}

bool Signal::is_set() const {
  const std::lock_guard lock(mutex_);
  return is_set_;
}

Task<void> Signal::wait() {
  const Begin begin{this};
  return asio::async_initiate<const Awaiting&, void()>(begin, awaiting);
}

}  // namespace limen::http
