// Memory for the one handler that its owner has in flight. Asio takes memory for every handler
// given to the loop; where nobody could catch that there is none, it takes it from here. It does
// not queue: the handler must have begun before the next is given.
#pragma once

#include <array>
#include <boost/asio/execution.hpp>
#include <boost/asio/require.hpp>
#include <cstddef>
#include <utility>

#include "http/loop.hpp"

namespace limen::http {

struct HandlerRoom {
  alignas(std::max_align_t) std::array<std::byte, 160> bytes;
};

// The allocator that hands out a room. Asio allocates one object and frees it before the handler is
// called.
template <class T>
class InRoom {
 public:
  using value_type = T;
  explicit InRoom(HandlerRoom& room) : room_(&room) {}
  template <class U>
  InRoom(const InRoom<U>& other) : room_(other.room()) {}  // NOLINT: as allocators convert

  T* allocate(std::size_t) {
    static_assert(sizeof(T) <= sizeof(HandlerRoom::bytes));
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return reinterpret_cast<T*>(room_->bytes.data());
  }
  void deallocate(T*, std::size_t) {}
  HandlerRoom* room() const { return room_; }
  bool operator==(const InRoom&) const = default;

 private:
  HandlerRoom* room_;
};

// Runs `handler` on the loop, later, and allocates nothing. Any thread.
template <class Handler>
void post_from(HandlerRoom& room, const Executor& executor, Handler&& handler) {
  const auto later = asio::require(executor, asio::execution::blocking.never);
  const InRoom<void> memory(room);
  asio::require(later, asio::execution::allocator(memory)).execute(std::forward<Handler>(handler));
}

}  // namespace limen::http
