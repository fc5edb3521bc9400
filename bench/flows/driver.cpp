// One epoll loop on one thread; nothing here allocates per answer but the requests' texts.
#include "driver.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "link.hpp"

namespace bench {
namespace {

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}
std::int64_t ns_of(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

struct Walker {  // one connection and the flow it is in
  Link link;
  Memory memory;
  std::size_t call = 0;
  std::int64_t due = 0, asked = 0;  // the flow's and the call's beginning
  bool is_walking = false;
};

class Driver {
 public:
  Driver(const Flow& flow, const House& house, const Plan& plan)
      : flow_(flow), house_(house), plan_(plan), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    outcome_.calls.resize(flow.calls.size());
    outcome_.by_second.resize(static_cast<std::size_t>(plan.seconds) + 1);
    for (std::size_t i = 0; i < plan.connections; ++i) {
      walkers_.push_back(std::make_unique<Walker>());
      connect(*walkers_.back());
      idle_.push_back(walkers_.back().get());
    }
  }
  ~Driver() { ::close(epoll_); }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  Outcome run() {
    begin_ = now_ns();
    recorded_from_ = begin_ + ns_of(plan_.warm_up);
    end_ = recorded_from_ + ns_of(plan_.seconds);
    // A flow that has begun is waited for, but not for ever.
    const std::int64_t last = end_ + ns_of(plan_.rate > 0 ? std::max(plan_.hold, 0.5) : 10);
    last_answer_ = recorded_from_;
    while (true) {
      const std::int64_t now = now_ns();
      if (now > last) break;
      start_due(now);
      if (idle_.size() == walkers_.size() && due_at() >= end_) break;
      wait(now);
    }
    const bool is_open = plan_.rate > 0;
    for (; is_open && due_at() < end_; ++started_) ++outcome_.unserved;
    for (const auto& walker : walkers_) outcome_.unserved += walker->is_walking ? 1 : 0;
    outcome_.seconds = static_cast<double>(last_answer_ - recorded_from_) / 1e9;
    return std::move(outcome_);
  }

 private:
  void connect(Walker& w) {
    w.link.open(house_.port);
    watch(w, EPOLL_CTL_ADD, EPOLLIN);
  }
  void watch(Walker& w, int verb, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &w;
    if (::epoll_ctl(epoll_, verb, w.link.descriptor(), &event) != 0)
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }

  // When the next flow is due. A closed loop is always due, until the end.
  std::int64_t due_at() const {
    if (plan_.rate <= 0) return now_ns();
    return begin_ + static_cast<std::int64_t>(static_cast<double>(started_) * 1e9 / plan_.rate);
  }

  void start_due(std::int64_t now) {
    while (!idle_.empty()) {
      const std::int64_t due = due_at();
      if (due > now && plan_.rate > 0) return;
      if (due >= end_) return;
      Walker& w = *idle_.front();
      idle_.pop_front();
      w.memory.number = started_++;
      w.due = due;
      w.call = 0;
      w.is_walking = true;
      ask(w, due);
    }
  }

  void ask(Walker& w, std::int64_t since) {
    w.asked = since;
    std::string& out = w.link.request();
    out.clear();
    flow_.calls[w.call].write(house_, w.memory, out);
    if (!w.link.send()) return fail(w, "the connection was closed");
    if (w.link.is_sending()) watch(w, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  }

  // Sleeps until shortly before the next flow is due and spins the rest: a late wake-up would be
  // recorded as the server's delay, and spinning throughout would starve whoever shares the core.
  void wait(std::int64_t now) {
    constexpr std::int64_t spin = 50'000;
    const std::int64_t rest = plan_.rate > 0 ? due_at() - now - spin : 1'000'000;
    const timespec most{0, std::clamp<std::int64_t>(rest, 0, 1'000'000)};
    std::array<epoll_event, 256> events;
    const int count =
        ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &most, nullptr);
    for (int i = 0; i < count; ++i) {
      auto& w = *static_cast<Walker*>(events[static_cast<std::size_t>(i)].data.ptr);
      if ((events[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0 && !sent_rest(w)) continue;
      hear(w);
    }
  }

  bool sent_rest(Walker& w) {
    if (!w.link.resume()) {
      fail(w, "the connection was closed");
      return false;
    }
    if (!w.link.is_sending()) watch(w, EPOLL_CTL_MOD, EPOLLIN);
    return true;
  }

  void hear(Walker& w) {
    Answer answer;
    const Got got = w.link.receive(answer);
    if (got == Got::nothing) return;
    if (got == Got::broken) return fail(w, "the connection was closed");
    const Call& call = flow_.calls[w.call];
    if (answer.status != call.status)
      return fail(w, std::to_string(answer.status) + " " + std::string(answer.body.substr(0, 200)));
    const std::int64_t now = now_ns();
    const bool is_recorded = w.due >= recorded_from_;
    if (is_recorded) outcome_.calls[w.call].add(now - w.asked);
    for (const auto& [slot, name] : call.keeps) w.memory.text[slot] = member_of(answer.body, name);
    if (++w.call < flow_.calls.size()) return ask(w, now);
    if (is_recorded) record(w, now);
    rest(w);
  }

  void record(const Walker& w, std::int64_t now) {
    outcome_.flow.add(now - w.due);
    last_answer_ = now;
    const auto second = static_cast<std::size_t>((w.due - recorded_from_) / 1'000'000'000);
    Second& part = outcome_.by_second.at(second);
    ++part.flows;
    part.took.add(now - w.due);
  }

  // Each failure is counted, also while warming up; the flow is given up.
  void fail(Walker& w, const std::string& why) {
    if (!w.is_walking) return connect(w);
    if (outcome_.errors++ == 0)
      outcome_.first_error = std::string(flow_.calls[w.call].name) + ": " + why;
    if (outcome_.errors > 100'000) throw std::runtime_error(outcome_.first_error);
    connect(w);
    rest(w);
  }

  void rest(Walker& w) {
    w.is_walking = false;
    idle_.push_back(&w);
  }

  const Flow& flow_;
  const House& house_;
  const Plan& plan_;
  int epoll_;
  std::vector<std::unique_ptr<Walker>> walkers_;
  std::deque<Walker*> idle_;
  std::uint64_t started_ = 0;
  std::int64_t begin_ = 0, recorded_from_ = 0, end_ = 0, last_answer_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome drive(const Flow& flow, const House& house, const Plan& plan) {
  return Driver(flow, house, plan).run();
}

}  // namespace bench
