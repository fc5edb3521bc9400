// One lock for all topics: it is held for a look-up and a few flags. Seats wake under it, so that
// none is gone by then.
#include "http/streams.hpp"

namespace limen::http {

bool Streams::Seat::take(const std::string& topic) {
  const std::lock_guard lock(streams_.mutex_);
  Seats& seats = streams_.seats_;
  if (seats.size() >= streams_.at_once_ || seats.count(topic) >= streams_.of_topic_) return false;
  place_ = seats.emplace(topic, this);
  is_taken_ = true;
  has_news_ = false;
  streams_.taken_ = seats.size();
  return true;
}

void Streams::Seat::leave() {
  if (!is_taken_) return;
  const std::lock_guard lock(streams_.mutex_);
  streams_.seats_.erase(place_);
  streams_.taken_ = streams_.seats_.size();
  is_taken_ = false;
}

void Streams::publish(std::string_view topic) noexcept {
  if (taken_ == 0) return;
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = seats_.equal_range(topic);
  for (auto it = begin; it != end; ++it) {
    it->second->has_news_ = true;
    it->second->woken_.set();
  }
}

void Streams::publish_all() noexcept {
  if (taken_ == 0) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [topic, seat] : seats_) {
    seat->has_news_ = true;
    seat->woken_.set();
  }
}

}  // namespace limen::http
