// One thread for calls that block on the disk (spool.hpp), so that the loop never does. Senders
// take turns, by blocks of addresses: what one hands over is done in that order, and waits for at
// most one piece of each other's work between two of its own. It does not know what a file is.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/network.hpp"

namespace limen::http {

class FileLane {
 public:
  using Work = std::function<void()>;  // must not throw

  FileLane();
  ~FileLane();  // finishes what was handed over, then joins
  FileLane(const FileLane&) = delete;
  FileLane& operator=(const FileLane&) = delete;

  void submit(const Address& sender, Work work);  // any thread

 private:
  using Block = std::array<std::uint8_t, 16>;

  void work_off();
  Work next();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Block, std::deque<Work>> queues_;
  std::deque<Block> turns_;  // those with a queue, whose turn it is in front
  bool is_closing_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace limen::http
