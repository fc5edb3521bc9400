// See process.hpp.
#include "main/process.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace limen::main {

std::size_t raise_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024;  // POSIX promises less; Linux this
  if (files.rlim_cur < files.rlim_max) {
    const rlimit raised{files.rlim_max, files.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  if (files.rlim_cur == RLIM_INFINITY) return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(files.rlim_cur);
}

std::size_t own_files(std::size_t threads) { return 224 + 8 * threads; }

std::size_t connections_within(std::size_t wanted, std::size_t open_files, std::size_t own,
                               std::size_t uploads) {
  constexpr std::size_t least = 16;
  const std::size_t left = open_files > own ? open_files - own : 0;
  const std::size_t most = left - std::min(uploads, left / 2);
  return std::min(wanted, std::max(most, least));
}

void give_way_late() noexcept {
  if (::sched_getscheduler(0) != SCHED_OTHER) return;  // its operator chose another
  const sched_param none{};
  static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &none));
}

}  // namespace limen::main
