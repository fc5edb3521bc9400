// One thread for calls that block on the disk (spool.hpp), so that the loop never does. Work is
// done in the order it was handed over. It does not know what a file is.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace limen::http {

class FileLane {
 public:
  using Work = std::function<void()>;  // must not throw

  FileLane();
  ~FileLane();  // finishes what was handed over, then joins
  FileLane(const FileLane&) = delete;
  FileLane& operator=(const FileLane&) = delete;

  void submit(Work work);  // any thread

 private:
  void work_off();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool is_closing_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace limen::http
