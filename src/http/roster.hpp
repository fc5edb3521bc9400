// The connections of one server, in the order of their round. They are looked at a few at a time,
// so that a crowd that came together, and is overdue together, is not thrown out in one turn of the
// loop while everybody else waits. Loop thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <list>

namespace limen::http {

template <class Member>
class Roster {
 public:
  using Place = typename std::list<Member*>::iterator;

  // `member` must leave before it ends. It is the last of the round that is being made, so whoever
  // comes keeps nobody waiting who was there.
  Place enter(Member* member) { return members_.insert(next_, member); }
  void leave(Place place) {
    if (place == next_) ++next_;
    members_.erase(place);
  }
  bool empty() const { return members_.empty(); }
  std::size_t size() const { return members_.size(); }

  // `visit` must make no member enter or leave.
  template <class Visit>
  void each(Visit visit) {
    std::for_each(members_.begin(), members_.end(), visit);
  }
  // Visits at most `most`, going on where the last call stopped. After size() / `most` calls,
  // rounded up, all that were there have been visited.
  template <class Visit>
  void some(std::size_t most, Visit visit) {
    for (std::size_t left = std::min(most, size()); left != 0; --left) {
      if (next_ == members_.end()) next_ = members_.begin();
      visit(*next_++);
    }
  }

 private:
  std::list<Member*> members_;
  Place next_ = members_.end();
};

}  // namespace limen::http
