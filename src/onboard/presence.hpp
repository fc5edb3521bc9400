// Presence: when a console session or a key was last seen, and that a person opened a journey, kept
// in memory and written down by the server's own job, so that looking never writes and no request
// waits for a row that says it came.
// A crash forgets at most what was not written yet. Thread-safe; it judges nothing.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace limen::onboard {

class Seen {
 public:
  // Each id is written at most once in `every`.
  explicit Seen(Seconds every) : every_(every) {}

  // `also`: what it belongs to; nil: nothing.
  void note(const Id& id, Time now, const Id& also = {}) {
    const std::lock_guard lock(mutex_);
    for (const Id& one : {id, also}) {
      if (one.is_nil() || (slots_.size() >= ids_max && !slots_.contains(one))) continue;
      Slot& slot = slots_[one];
      slot.seen = std::max(slot.seen, now);
    }
  }

  std::optional<Time> of(const Id& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = slots_.find(id);
    if (found == slots_.end()) return std::nullopt;
    return found->second.seen;
  }

  // What is to be written now. What was written and is older than `every` is forgotten.
  std::vector<std::pair<Id, Time>> take(Time now) {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Id, Time>> due;
    for (auto slot = slots_.begin(); slot != slots_.end();) {
      auto& [id, times] = *slot;
      if (times.seen > times.written && now - times.written >= every_) {
        times.written = times.seen;
        due.emplace_back(id, times.seen);
      }
      const bool is_over = times.seen == times.written && now - times.seen > 2 * every_;
      slot = is_over ? slots_.erase(slot) : std::next(slot);
    }
    return due;
  }

 private:
  static constexpr std::size_t ids_max = 50'000;
  struct Slot {
    Time seen{}, written{};
  };
  const Seconds every_;
  mutable std::mutex mutex_;
  std::unordered_map<Id, Slot> slots_;
};

struct Presence {
  Seen sessions{Seconds{60}};
  Seen keys{Seconds{3600}};
  Seen journeys{Seconds{0}};  // telling it again is telling it once
};

}  // namespace limen::onboard
