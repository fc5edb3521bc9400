// See interpose.hpp. Built without sanitizers: their runtimes call open and write before they can
// look at anything. No allocation by operator new in here, since that is interposed as well.
#include "interpose.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace limen::faults {
namespace {

constexpr int descriptors_max = 4096;
constexpr std::size_t path_max = 512;

// A path in place, so that no call allocates.
struct Path {
  char text[path_max] = {};
};

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
Path watched;
Path opened[descriptors_max];  // empty: not ours
Listener listener = nullptr;
Control* shared = nullptr;

template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

bool ends_with(const char* text, const char* tail) {
  const std::size_t a = ::strlen(text), b = ::strlen(tail);
  return a >= b && ::strcmp(text + (a - b), tail) == 0;
}

bool is_folder(const char* path) {
  struct stat about {};
  return ::stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

Part part_of(const char* path) {
  if (ends_with(path, "limen.db")) return database;
  if (ends_with(path, "-wal")) return log;
  if (ends_with(path, "-shm") || ends_with(path, ".lock")) return memory;
  const bool is_upload = ::strstr(path, "/uploads/") != nullptr;
  if (is_folder(path)) return is_upload ? folder : other;
  if (is_upload) return upload;
  if (::strstr(path, "/keys/") != nullptr || ::strstr(path, ".json") != nullptr) return key;
  return other;
}

// The environment is read at the first call: constructors of other libraries may have come before.
void get_ready() {
  if (shared != nullptr) return;
  const char* file = ::getenv("LIMEN_FAULTS");
  const int fd =
      file == nullptr ? -1 : real<int(const char*, int, ...)>("open")(file, O_RDWR | O_CLOEXEC);
  void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE,
                    fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) ::abort();
  shared = static_cast<Control*>(at);
  if (fd >= 0) real<int(int)>("close")(fd);
  if (const char* root = ::getenv("LIMEN_FAULTS_FOLDER"))
    ::snprintf(watched.text, path_max, "%s", root);
}

bool is_ours(const char* path) {
  get_ready();
  const std::size_t size = ::strlen(watched.text);
  return size > 0 && ::strncmp(path, watched.text, size) == 0 &&
         (path[size] == '/' || path[size] == '\0');
}

const char* path_of(int fd) {
  if (fd < 0 || fd >= descriptors_max || opened[fd].text[0] == '\0') return nullptr;
  return opened[fd].text;
}

enum class Fate { pass, fail, halve, kill_after, halve_and_kill };

// Counts the call and says what becomes of it.
Fate fate_of(Verb verb, const char* path) {
  Control& c = control();
  if ((c.verbs.load() & verb) == 0 || (c.parts.load() & part_of(path)) == 0) return Fate::pass;
  const std::uint64_t number = c.seen.fetch_add(1) + 1;
  const std::uint64_t strike = c.strike.load();
  const std::uint32_t action = c.action.load();
  const bool is_it = number == strike || (action == fail_on && strike != 0 && number > strike);
  if (!is_it || action == pass) return Fate::pass;
  c.struck.fetch_add(1);
  c.struck_verb = verb;
  c.struck_part = part_of(path);
  switch (action) {
    case halve: return verb == writes ? Fate::halve : Fate::pass;
    case kill_before: ::kill(::getpid(), SIGKILL); return Fate::pass;
    case kill_after: return Fate::kill_after;
    case halve_and_kill: return verb == writes ? Fate::halve_and_kill : Fate::kill_after;
    default: errno = static_cast<int>(c.error.load()); return Fate::fail;
  }
}

template <class T>
T done(Fate fate, T result) {
  if (fate == Fate::kill_after || fate == Fate::halve_and_kill) ::kill(::getpid(), SIGKILL);
  return result;
}

void tell(Call call) {
  if (listener == nullptr) return;
  ::pthread_mutex_lock(&lock);
  const int kept = errno;
  if (listener != nullptr) listener(call);
  errno = kept;
  ::pthread_mutex_unlock(&lock);
}

int remember(int fd, const char* path, int flags) {
  if (fd < 0 || fd >= descriptors_max) return fd;
  ::snprintf(opened[fd].text, path_max, "%s", path);
  tell({opens, part_of(path), path, nullptr, fd, flags});
  return fd;
}

int open_at(const char* name, int folder_fd, const char* path, int flags, mode_t mode) {
  const auto forward = [&] {
    if (::strncmp(name, "openat", 6) == 0)
      return real<int(int, const char*, int, ...)>(name)(folder_fd, path, flags, mode);
    return real<int(const char*, int, ...)>(name)(path, flags, mode);
  };
  if (!is_ours(path)) return forward();
  const Fate fate = fate_of(opens, path);
  if (fate == Fate::fail) return -1;
  return done(fate, remember(forward(), path, flags));
}

ssize_t write_at(const char* name, int fd, const void* data, std::size_t size, off_t offset) {
  const char* path = path_of(fd);
  const bool is_placed = ::strcmp(name, "write") != 0;
  const auto forward = [&](std::size_t most) {
    if (is_placed)
      return real<ssize_t(int, const void*, std::size_t, off_t)>(name)(fd, data, most, offset);
    return real<ssize_t(int, const void*, std::size_t)>(name)(fd, data, most);
  };
  if (path == nullptr) return forward(size);
  const Fate fate = fate_of(writes, path);
  if (fate == Fate::fail) return -1;
  const bool is_half = fate == Fate::halve || fate == Fate::halve_and_kill;
  if (!is_placed && listener != nullptr) offset = ::lseek(fd, 0, SEEK_CUR);
  const ssize_t n = forward(is_half && size > 1 ? size / 2 : size);
  if (n > 0)
    tell({writes, part_of(path), path, nullptr, fd, 0, offset, data, static_cast<size_t>(n)});
  return done(fate, n);
}

int truncate_to(const char* name, int fd, off_t size) {
  const auto forward = real<int(int, off_t)>(name);
  const char* path = path_of(fd);
  if (path == nullptr) return forward(fd, size);
  const Fate fate = fate_of(truncates, path);
  if (fate == Fate::fail) return -1;
  const int result = forward(fd, size);
  if (result == 0) tell({truncates, part_of(path), path, nullptr, fd, 0, size});
  return done(fate, result);
}

int sync_it(const char* name, int fd) {
  const auto forward = real<int(int)>(name);
  const char* path = path_of(fd);
  if (path == nullptr) return forward(fd);
  const Fate fate = fate_of(syncs, path);
  if (fate == Fate::fail) return -1;
  const int result = forward(fd);
  if (result == 0) tell({syncs, part_of(path), path, nullptr, fd});
  return done(fate, result);
}

template <class F>
int on_name(Verb verb, const char* path, const char* to, F forward) {
  if (!is_ours(path)) return forward();
  const Part part = part_of(path);
  const Fate fate = fate_of(verb, path);
  if (fate == Fate::fail) return -1;
  const int result = forward();
  if (result == 0) tell({verb, part, path, to});
  return done(fate, result);
}

void* allocate(std::size_t size) {
  if (is_struck(by_new)) return nullptr;
  return ::malloc(size == 0 ? 1 : size);
}

void* allocate_aligned(std::size_t size, std::size_t alignment) {
  if (is_struck(by_new)) return nullptr;
  void* at = nullptr;
  return ::posix_memalign(&at, alignment < sizeof(void*) ? sizeof(void*) : alignment, size) == 0
             ? at
             : nullptr;
}

}  // namespace

Control& control() {
  get_ready();
  return *shared;
}

bool is_struck(Allocator allocator) {
  Control& c = control();
  const std::uint64_t strike = c.allocation_strike.load(std::memory_order_relaxed);
  if (strike == 0 || c.allocator.load(std::memory_order_relaxed) != allocator) return false;
  if (c.allocations.fetch_add(1) + 1 != strike) return false;
  c.allocations_struck.fetch_add(1);
  return true;
}

void watch(const std::string& root) {
  get_ready();
  ::snprintf(watched.text, path_max, "%s", root.c_str());
}

void listen(Listener to) {
  ::pthread_mutex_lock(&lock);
  listener = to;
  ::pthread_mutex_unlock(&lock);
}

}  // namespace limen::faults

namespace {
namespace faults = limen::faults;

mode_t mode_in(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
}
}  // namespace

extern "C" {
int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_in(flags, more);
  va_end(more);
  return faults::open_at("open", AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_in(flags, more);
  va_end(more);
  return faults::open_at("open64", AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_in(flags, more);
  va_end(more);
  return faults::open_at("openat", folder, path, flags, mode);
}

int close(int fd) {
  if (faults::path_of(fd) != nullptr) faults::opened[fd].text[0] = '\0';
  return faults::real<int(int)>("close")(fd);
}

ssize_t write(int fd, const void* data, size_t size) {
  return faults::write_at("write", fd, data, size, 0);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return faults::write_at("pwrite", fd, data, size, at);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off_t at) {
  return faults::write_at("pwrite64", fd, data, size, at);
}

ssize_t read(int fd, void* data, size_t size) {
  const char* path = faults::path_of(fd);
  if (path != nullptr && faults::fate_of(faults::reads, path) == faults::Fate::fail) return -1;
  return faults::real<ssize_t(int, void*, size_t)>("read")(fd, data, size);
}
ssize_t pread64(int fd, void* data, size_t size, off_t at) {
  const char* path = faults::path_of(fd);
  if (path != nullptr && faults::fate_of(faults::reads, path) == faults::Fate::fail) return -1;
  return faults::real<ssize_t(int, void*, size_t, off_t)>("pread64")(fd, data, size, at);
}

int ftruncate(int fd, off_t size) noexcept { return faults::truncate_to("ftruncate", fd, size); }
int ftruncate64(int fd, off_t size) noexcept {
  return faults::truncate_to("ftruncate64", fd, size);
}
int fsync(int fd) { return faults::sync_it("fsync", fd); }
int fdatasync(int fd) { return faults::sync_it("fdatasync", fd); }

int rename(const char* from, const char* to) noexcept {
  return faults::on_name(faults::renames, from, to, [&] {
    return faults::real<int(const char*, const char*)>("rename")(from, to);
  });
}
int unlink(const char* path) noexcept {
  return faults::on_name(faults::unlinks, path, nullptr,
                         [&] { return faults::real<int(const char*)>("unlink")(path); });
}
int remove(const char* path) noexcept {
  return faults::on_name(faults::unlinks, path, nullptr,
                         [&] { return faults::real<int(const char*)>("remove")(path); });
}
// Where Asio takes the memory of its handlers from.
void* aligned_alloc(size_t alignment, size_t size) noexcept {
  return faults::allocate_aligned(size, alignment);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return faults::on_name(faults::makes_folder, path, nullptr, [&] {
    return faults::real<int(const char*, mode_t)>("mkdir")(path, mode);
  });
}
}

void* operator new(std::size_t size) {
  if (void* at = limen::faults::allocate(size)) return at;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
  if (void* at = limen::faults::allocate(size)) return at;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return limen::faults::allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return limen::faults::allocate(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  if (void* at = limen::faults::allocate_aligned(size, static_cast<std::size_t>(alignment)))
    return at;
  throw std::bad_alloc();
}
void operator delete(void* at) noexcept { ::free(at); }
void operator delete[](void* at) noexcept { ::free(at); }
void operator delete(void* at, std::size_t) noexcept { ::free(at); }
void operator delete[](void* at, std::size_t) noexcept { ::free(at); }
void operator delete(void* at, const std::nothrow_t&) noexcept { ::free(at); }
void operator delete[](void* at, const std::nothrow_t&) noexcept { ::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { ::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { ::free(at); }
