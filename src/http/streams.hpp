// Who listens to which topic. An answer may go on as a stream of server-sent events about a topic;
// here its connection takes a seat, and whoever publishes the topic, from any thread, wakes it.
// News has no content, so any number of them becomes one and nothing queues up. Topics are opaque.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "http/signal.hpp"

namespace limen::http {

class Streams {
 public:
  class Seat;
  using Seats = std::multimap<std::string, Seat*, std::less<>>;  // its iterators stay valid

  Streams(std::size_t at_once, std::size_t of_topic) : at_once_(at_once), of_topic_(of_topic) {}
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  // One connection's seat; it leaves by itself. Loop thread only.
  class Seat {
   public:
    // `woken` is set when there is news. Both must outlive the seat.
    Seat(Streams& streams, Signal& woken) : streams_(streams), woken_(woken) {}
    ~Seat() { leave(); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // False when there are too many. The seat must be free.
    bool take(const std::string& topic);
    // Whether there was news since the last call.
    bool take_news() { return has_news_.exchange(false); }
    void leave();

   private:
    friend class Streams;
    Streams& streams_;
    Signal& woken_;
    std::atomic<bool> has_news_{false};
    bool is_taken_ = false;
    Seats::const_iterator place_{};
  };

  // Wakes whoever listens to that topic, or to any. Any thread; needs no memory and never fails.
  void publish(std::string_view topic) noexcept;
  void publish_all() noexcept;

 private:
  const std::size_t at_once_, of_topic_;
  std::atomic<std::size_t> taken_{0};  // so that publishing to nobody takes no lock
  std::mutex mutex_;
  Seats seats_;
};

}  // namespace limen::http
