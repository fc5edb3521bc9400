// FaultyDisk: while it lives, SQLite opens its files through it, and it fails syncs or writes on
// demand. It exists because a full disk and a failing fsync cannot be had otherwise in a unit test.
// One at a time; open the store after it and close it before.
#pragma once

#include <sqlite3.h>

#include <atomic>

namespace limen::test {

class FaultyDisk {
 public:
  enum class Fault { none, sync_fails, disk_full };

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
  // All files of one VFS share one table of methods; ours differs in two places.
  static const sqlite3_io_methods*& original() {
    static const sqlite3_io_methods* methods = nullptr;
    return methods;
  }
  static sqlite3_io_methods& patched() {
    static sqlite3_io_methods methods;
    return methods;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int code = real()->xOpen(real(), name, file, flags, out);
    if (file->pMethods == nullptr) return code;
    if (original() == nullptr) {
      original() = file->pMethods;
      patched() = *file->pMethods;
      patched().xSync = &FaultyDisk::sync;
      patched().xWrite = &FaultyDisk::write;
    }
    if (file->pMethods == original()) file->pMethods = &patched();
    return code;
  }
  static int sync(sqlite3_file* file, int flags) {
    if (current() == Fault::sync_fails) return SQLITE_IOERR_FSYNC;
    return original()->xSync(file, flags);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    if (current() == Fault::disk_full) return SQLITE_FULL;
    return original()->xWrite(file, data, size, at);
  }
};

}  // namespace limen::test
