// FaultyDisk: while it lives, SQLite opens its files through it, and it fails syncs or writes on
// demand, or says once that another connection holds the lock of writers. It exists because a full
// disk, a failing fsync and an instant of a few microseconds cannot be had otherwise in a unit
// test. One at a time; open the store after it and close it before.
#pragma once

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <mutex>

namespace limen::test {

class FaultyDisk {
 public:
  enum class Fault { none, sync_fails, disk_full, no_memory, locked_once };

  FaultyDisk() {
    real() = sqlite3_vfs_find(nullptr);
    vfs() = *real();
    vfs().zName = "faulty";
    vfs().xOpen = &FaultyDisk::open;
    sqlite3_vfs_register(&vfs(), 1);
  }
  ~FaultyDisk() {
    set(Fault::none);
    sqlite3_vfs_unregister(&vfs());
    sqlite3_vfs_register(real(), 1);
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  static void set(Fault fault) { current() = fault; }

 private:
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  static sqlite3_vfs& vfs() {
    static sqlite3_vfs vfs;
    return vfs;
  }
  static std::atomic<Fault>& current() {
    static std::atomic<Fault> fault{Fault::none};
    return fault;
  }
  // The VFS has a table of methods for databases and one for logs; both write and sync alike.
  struct Table {
    const sqlite3_io_methods* real = nullptr;
    sqlite3_io_methods ours{};
  };
  static std::array<Table, 4>& tables() {
    static std::array<Table, 4> tables;
    return tables;
  }
  static const sqlite3_io_methods* original() { return tables()[0].real; }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    const int code = real()->xOpen(real(), name, file, flags, out);
    if (file->pMethods == nullptr) return code;
    for (Table& table : tables()) {
      if (table.real == nullptr) {
        table = {file->pMethods, *file->pMethods};
        table.ours.xSync = &FaultyDisk::sync;
        table.ours.xWrite = &FaultyDisk::write;
        table.ours.xShmLock = &FaultyDisk::lock;
      }
      if (file->pMethods != table.real) continue;
      file->pMethods = &table.ours;
      break;
    }
    return code;
  }
  static int sync(sqlite3_file* file, int flags) {
    if (current() == Fault::sync_fails) return SQLITE_IOERR_FSYNC;
    return original()->xSync(file, flags);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    if (current() == Fault::disk_full) return SQLITE_FULL;
    if (current() == Fault::no_memory) return SQLITE_IOERR_NOMEM;
    return original()->xWrite(file, data, size, at);
  }
  // The lock of writers is the first of the log's index (sqlite.org/walformat.html, 2.3.1).
  static int lock(sqlite3_file* file, int offset, int count, int flags) {
    const bool is_writers = offset == 0 && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
    Fault expected = Fault::locked_once;
    if (is_writers && current().compare_exchange_strong(expected, Fault::none)) return SQLITE_BUSY;
    return original()->xShmLock(file, offset, count, flags);
  }
};

}  // namespace limen::test
