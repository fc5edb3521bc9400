// A number of something that all connections share, bytes of uploads or places to connect: each
// takes its part as it needs it and gives it back, so that many callers together cannot fill the
// disk, the memory or the house. One block of addresses never holds more than what it leaves free
// for everybody else: N that take all they get hold an equal part each, as much stays free, and no
// caller alone keeps others out. It only counts. Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "base/network.hpp"

namespace limen::http {

class Budget {
  struct Block {
    std::uint64_t used = 0, shares = 0;
  };
  using Blocks = std::map<std::array<std::uint8_t, 16>, Block>;

 public:
  explicit Budget(std::uint64_t limit) : limit_(limit) {}

  // One connection's part, counted to the block of who is at its other end. Gives it back when it
  // ends.
  class Share {
   public:
    Share(Budget& budget, const Address& sender)
        : budget_(budget), block_(budget.blocks_.try_emplace(block_of(sender).bytes).first) {
      ++block_->second.shares;
    }
    ~Share() {
      budget_.used_ -= held_;
      block_->second.used -= held_;
      if (--block_->second.shares == 0) budget_.blocks_.erase(block_);
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Whether the part could be `total` now.
    bool has_room(std::uint64_t total) const {
      const std::uint64_t free = budget_.limit_ - budget_.used_;
      const std::uint64_t more = total > held_ ? total - held_ : 0;
      return more <= free && block_->second.used + more <= free - more;
    }
    // Makes the part `total` or more; false, and nothing is changed, when that is too much.
    bool grow_to(std::uint64_t total) {
      if (total <= held_) return true;
      if (!has_room(total)) return false;
      budget_.used_ += total - held_;
      block_->second.used += total - held_;
      held_ = total;
      return true;
    }

    // Gives back what is beyond `total`.
    void shrink_to(std::uint64_t total) {
      if (total >= held_) return;
      budget_.used_ -= held_ - total;
      block_->second.used -= held_ - total;
      held_ = total;
    }

   private:
    Budget& budget_;
    const Blocks::iterator block_;
    std::uint64_t held_ = 0;
  };

 private:
  const std::uint64_t limit_;
  std::uint64_t used_ = 0;  // never more than limit_
  Blocks blocks_;           // those that have a share
};

}  // namespace limen::http
