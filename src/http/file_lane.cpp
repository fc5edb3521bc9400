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

void FileLane::submit(const Address& sender, Work work) {
  {
    const std::lock_guard lock(mutex_);
    const Block block = block_of(sender).bytes;
    std::deque<Work>& queue = queues_[block];
    // The turn first: one without work is passed over, work without a turn would never be done.
    if (queue.empty()) turns_.push_back(block);
    queue.push_back(std::move(work));
  }
  changed_.notify_one();
}

// Nothing when nobody has work. Under the lock.
FileLane::Work FileLane::next() {
  Work work;
  while (!work && !turns_.empty()) {
    const Block block = turns_.front();
    turns_.pop_front();
    const auto queue = queues_.find(block);
    if (queue == queues_.end()) continue;
    if (!queue->second.empty()) {
      work = std::move(queue->second.front());
      queue->second.pop_front();
    }
    if (queue->second.empty()) queues_.erase(queue);
    else turns_.push_back(block);
  }
  return work;
}

void FileLane::work_off() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_closing_ || !turns_.empty(); });
    Work work = next();
    if (!work && is_closing_) return;
    if (!work) continue;
    lock.unlock();
    work();
    work = nullptr;  // what it owned is released here, not under the lock
    lock.lock();
  }
}

}  // namespace limen::http
