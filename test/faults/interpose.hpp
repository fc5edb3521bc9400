// The calls by which the server changes its data folder, in our hands: each is counted, and one of
// them can be made to fail, to do half, or to be the last thing the process does. It exists because
// disks that fail at a chosen call cannot be had otherwise. The same source is a shared object for
// LD_PRELOAD over the real binary and a part of faults_test. It forwards everything to libc and
// acts only on files below one folder (LIMEN_FAULTS_FOLDER, or watch()). Memory mappings are not
// seen: SQLite maps nothing but its -shm, which it builds anew after a crash.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace limen::faults {

// Bits: what is called, and on what.
enum Verb : std::uint32_t {
  opens = 1,
  reads = 2,
  writes = 4,
  truncates = 8,
  syncs = 16,
  renames = 32,
  unlinks = 64,
  makes_folder = 128,
  any_verb = 255,
};
enum Part : std::uint32_t {
  database = 1,
  log = 2,     // the write-ahead log
  memory = 4,  // SQLite's -shm and the lock file: nothing in them outlives the process
  upload = 8,
  folder = 16,  // one of uploads
  key = 32,     // keys/, credentials
  other = 64,   // backups, the data folder itself, whatever else
  any_part = 127,
};

enum Action : std::uint32_t {
  pass = 0,
  fail = 1,         // the call fails with `error`, once; nothing is done
  fail_on = 2,      // so does every counted call after it
  halve = 3,        // a write takes half of what it is given; any other call passes
  kill_before = 4,  // SIGKILL
  kill_after = 5,
  halve_and_kill = 6,
};

// Whose allocations count. SQLite and OpenSSL take theirs from malloc; see allocators.cpp.
enum Allocator : std::uint32_t { by_new = 0, by_sqlite = 1, by_openssl = 2 };

// One for the whole process and those it forks. Under LD_PRELOAD it lies in the file LIMEN_FAULTS,
// so that a test can look and change it while the server runs; test/e2e/faults.py knows this layout
// by heart.
struct Control {
  std::atomic<std::uint64_t> seen;    // calls that fit `verbs` and `parts`
  std::atomic<std::uint64_t> strike;  // which of them is struck, from 1; 0: none
  std::atomic<std::uint64_t> struck;  // how many were
  std::atomic<std::uint32_t> action, error, verbs, parts;
  std::atomic<std::uint32_t> struck_verb, struck_part;  // what the last one was
  std::atomic<std::uint64_t> allocations;        // by `allocator`, while allocation_strike is not 0
  std::atomic<std::uint64_t> allocation_strike;  // which of them finds no memory, from 1; 0: none
  std::atomic<std::uint64_t> allocations_struck;
  std::atomic<std::uint32_t> allocator;
};
Control& control();

// Counts an allocation, if it is one of those that count, and says whether it finds no memory.
bool is_struck(Allocator allocator);

// Acts on files below `folder` from now on; empty: on none.
void watch(const std::string& folder);

// One call that was made, for whoever listens. Files are named by their descriptors: `open` says
// which path a descriptor stands for.
struct Call {
  Verb verb;
  Part part;
  const char* path;          // rename: the old name
  const char* to = nullptr;  // rename: the new name
  int descriptor = -1;
  int flags = 0;     // open
  off_t offset = 0;  // write; the new size of truncate
  const void* data = nullptr;
  std::size_t size = 0;
};
// Called under a lock, after each successful call but reads, on the thread that made it.
using Listener = void (*)(const Call&);
void listen(Listener listener);

}  // namespace limen::faults
