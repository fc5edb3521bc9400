// A number of bytes that all connections share: an upload takes its part before its bytes arrive
// and gives it back when it is settled, so that many callers together cannot fill the disk. It only
// counts. Loop thread only.
#pragma once

#include <cstdint>

namespace limen::http {

class Budget {
 public:
  explicit Budget(std::uint64_t limit) : limit_(limit) {}

  // One connection's part. Gives it back when it ends.
  class Share {
   public:
    explicit Share(Budget& budget) : budget_(budget) {}
    ~Share() { release(); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Makes the part `total` bytes or more; false, and nothing is changed, when that is too much.
    bool grow_to(std::uint64_t total) {
      if (total <= held_) return true;
      if (total - held_ > budget_.limit_ - budget_.used_) return false;
      budget_.used_ += total - held_;
      held_ = total;
      return true;
    }
    void release() {
      budget_.used_ -= held_;
      held_ = 0;
    }

   private:
    Budget& budget_;
    std::uint64_t held_ = 0;
  };

 private:
  const std::uint64_t limit_;
  std::uint64_t used_ = 0;  // never more than limit_
};

}  // namespace limen::http
