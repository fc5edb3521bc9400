// The bytes of a connection that have been received and not yet used. Small while idle, so that ten
// thousand quiet connections cost little; it grows for a big head or body and shrinks again.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace limen::http {

class Input {
 public:
  static constexpr std::size_t idle_bytes = 1024;

  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  struct Space {
    char* data;
    std::size_t size;
  };
  // Room behind the unread bytes, `least` bytes or more; they may move to make it.
  Space prepare(std::size_t least) {
    if (capacity_ - end_ < least && begin_ != 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (capacity_ - end_ < least) resize(std::max(capacity_ * 2, end_ + least));
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t size) { end_ += size; }
  std::size_t capacity() const { return capacity_; }

  // Gives back what only a big message needed.
  void relax() {
    if (begin_ == end_ && capacity_ > idle_bytes) {
      bytes_.reset();
      capacity_ = begin_ = end_ = 0;
    }
  }

 private:
  void resize(std::size_t capacity) {
    capacity = std::max(capacity, idle_bytes);
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (end_ != 0) std::memcpy(bytes.get(), bytes_.get(), end_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace limen::http
