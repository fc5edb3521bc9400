// The line in which pipelined requests wait: only so many are with the application at a time, so
// that whoever asks one thing after the other waits for a few of them and not for all. First come,
// first served; a connection stands in it with one request at a time. Loop thread only.
#pragma once

#include <cstddef>
#include <deque>

#include "http/signal.hpp"

namespace limen::http {

class Turns {
 public:
  explicit Turns(std::size_t at_once) : free_(at_once) {}

  // One connection's place in the line, or its turn.
  class Place {
   public:
    // `called` is set when a turn that had to be waited for has come.
    Place(Turns& turns, Signal& called) : turns_(turns), called_(called) {}
    ~Place() { leave(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // True: has its turn. False: is in line.
    bool enter() {
      if (turns_.free_ == 0) {
        turns_.line_.push_back(this);
        is_in_line_ = true;
        return false;
      }
      --turns_.free_;
      has_turn_ = true;
      return true;
    }
    // Hands the turn on, or gives up the place. Harmless when there is neither.
    void leave() {
      if (has_turn_) turns_.hand_on();
      if (is_in_line_) std::erase(turns_.line_, this);
      has_turn_ = is_in_line_ = false;
    }

   private:
    friend class Turns;
    Turns& turns_;
    Signal& called_;
    bool has_turn_ = false, is_in_line_ = false;
  };

 private:
  void hand_on() {
    if (line_.empty()) {
      ++free_;
      return;
    }
    Place* next = line_.front();
    line_.pop_front();
    next->has_turn_ = true;
    next->is_in_line_ = false;
    next->called_.set();
  }

  std::size_t free_;
  std::deque<Place*> line_;
};

}  // namespace limen::http
