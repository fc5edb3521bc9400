// The queue is unbounded, but each connection hands over one piece of work at a time and waits for
// it (removals aside), so it is as short as the number of uploads.
#include "http/file_lane.hpp"

#include <utility>

namespace limen::http {

FileLane::FileLane() : thread_([this] { work_off(); }) {}

FileLane::~FileLane() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void FileLane::submit(Work work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void FileLane::work_off() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Work work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it owned is released here, not under the lock
    lock.lock();
  }
}

}  // namespace limen::http
