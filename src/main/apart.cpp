// The process that looks at pictures. It is this binary started anew: its limits are set and its
// system calls are cut down to reading, writing and memory before the first byte of the picture is
// looked at, so an error in a decoder ends in a dead process and no answer.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/limits.hpp"
#include "main/apart.hpp"
#include "main/read.hpp"
#include "main/redraw.hpp"

namespace limen::main {
namespace {

constexpr rlim_t memory = 700UL * 1024 * 1024;  // address space, the binary and both pictures in it
constexpr rlim_t cpu_seconds = 10;
constexpr unsigned patience = 15;  // seconds of anybody's clock
#ifdef __aarch64__
constexpr std::uint32_t this_machine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t this_machine = AUDIT_ARCH_X86_64;
#endif
constexpr std::size_t output_max = 16 * 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "apart");
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

bool write_all(int fd, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t did = ::write(fd, bytes.data(), bytes.size());
    if (did < 0 && errno == EINTR) continue;
    if (did <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(did));
  }
  return true;
}

bool read_all(int fd, Bytes& out, std::size_t most) {
  std::array<std::uint8_t, 65536> part;
  while (out.size() <= most) {
    const ssize_t did = ::read(fd, part.data(), part.size());
    if (did < 0 && errno == EINTR) continue;
    if (did < 0) return false;
    if (did == 0) return true;
    out.insert(out.end(), part.begin(), part.begin() + did);
  }
  return false;
}

pid_t start(int in, int out, std::vector<std::string> words) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char* environment[] = {nullptr};
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), "apart");
  return child;
}

// A file without a name: reading it needs no second thread.
Descriptor nameless(BytesView bytes) {
  Descriptor file(::memfd_create("picture", MFD_CLOEXEC));
  if (!write_all(file.get(), bytes) || ::lseek(file.get(), 0, SEEK_SET) != 0)
    throw std::system_error(errno, std::generic_category(), "apart");
  return Descriptor(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
}

bool has_ended_well(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// --- in the child ---

void set_limit(int resource, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

// Reading, writing, memory and the end; whatever else is asked for ends the process.
bool give_up_everything_else() {
  constexpr std::uint32_t allowed[] = {SYS_read,   SYS_write,        SYS_brk,     SYS_mmap,
                                       SYS_munmap, SYS_mremap,       SYS_madvise, SYS_mprotect,
                                       SYS_futex,  SYS_rt_sigreturn, SYS_exit,    SYS_exit_group};
  constexpr std::size_t count = std::size(allowed);
  std::array<sock_filter, count + 5> program;
  std::size_t at = 0;
  program[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  program[at++] =
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, this_machine, 0, static_cast<std::uint8_t>(count + 1));
  program[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (std::size_t i = 0; i < count; ++i)
    program[at++] =
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], static_cast<std::uint8_t>(count - i), 0);
  program[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  program[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(at), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// Nothing else is open, there is little time and little memory.
void close_in() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close_range(3, ~0U, 0);
  ::alarm(patience);
  set_limit(RLIMIT_AS, memory);
  set_limit(RLIMIT_CPU, cpu_seconds);
  set_limit(RLIMIT_NOFILE, 3);
  set_limit(RLIMIT_FSIZE, 0);
}

using Task = std::optional<Bytes> (*)(BytesView input, const Words& words);
struct NamedTask {
  std::string_view name;
  Task task;
};
constexpr NamedTask tasks[] = {{redraw_task, run_redraw}, {read_task, run_read}};

const NamedTask* task_of(std::string_view name) {
  const auto* found = std::ranges::find(tasks, name, &NamedTask::name);
  return found == std::end(tasks) ? nullptr : found;
}

}  // namespace

std::optional<Bytes> apart(BytesView input, const Words& words) {
  const Descriptor in = nameless(input);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "apart");
  const Descriptor mouth(ends[0]);
  Descriptor ear(ends[1]);
  std::vector<std::string> line{std::string(apart_word)};
  line.insert(line.end(), words.begin(), words.end());
  const pid_t child = start(in.get(), ear.get(), std::move(line));
  ear.close();
  Bytes out;
  // It ends by itself: the kernel's alarm sees to that.
  const bool is_heard = read_all(mouth.get(), out, output_max);
  if (!is_heard) ::kill(child, SIGKILL);
  const bool is_well = has_ended_well(child);
  if (!is_heard || !is_well || out.empty()) return std::nullopt;
  return out;
}

int run_apart(int count, char** arguments) {
  const Words words(arguments, arguments + count);
  const NamedTask* task = words.empty() ? nullptr : task_of(words.front());
  close_in();
  if (task == nullptr || !give_up_everything_else()) ::_exit(2);
  Bytes input;
  if (!read_all(0, input, limits::upload_file_bytes_most)) ::_exit(2);
  const auto output = task->task(input, words);
  ::_exit(output && write_all(1, *output) ? 0 : 1);
}

}  // namespace limen::main
