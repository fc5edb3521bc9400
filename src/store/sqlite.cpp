// The SQLite connection: opening with the settings durability needs, a cache of prepared
// statements, errors sorted by what they mean. No table is named here.
#include "store/sqlite.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/descriptor.hpp"

namespace limen::store {
namespace {

// Frames in the WAL after which the writer copies them back into the file: 4000 pages are 16 MiB.
// More merges more changes of one page and costs fewer syncs; less keeps the copying short. Only in
// a flood is it all left to the end: else who comes meanwhile waits for a 16th of it at most.
constexpr int checkpoint_frames = 4000;
constexpr int calm_frames = checkpoint_frames / 16;
// Readers that overlap for ever keep the WAL from starting over; beyond this they are held back.
constexpr int quiet_frames = 16 * checkpoint_frames;

// There is one writer, and still it can find its lock taken: a reader that meets the head of the
// log half written takes it for an instant, to look again. Milliseconds; far longer than that
// instant on any machine, and short enough that a client is still there to be told otherwise.
constexpr int writer_waits = 5000;

// What a copy is called until it is whole, and what SQLite puts beside it meanwhile.
constexpr std::string_view partial_suffix = ".partial";
constexpr std::string_view journal_suffix = "-journal";

constexpr char journal_mode[] = "PRAGMA journal_mode";
constexpr char begin_read[] = "BEGIN";
constexpr char begin_write[] = "BEGIN IMMEDIATE";
constexpr char commit_all[] = "COMMIT";
constexpr char rollback_all[] = "ROLLBACK";
constexpr char savepoint_job[] = "SAVEPOINT job";
constexpr char release_job[] = "RELEASE job";
constexpr char rollback_job[] = "ROLLBACK TO job";

// synchronous=FULL: the WAL is synced before COMMIT returns. foreign_keys stays off: rows are
// written by one class only, and a check costs a look-up per row. secure_delete zeroes deleted
// rows, also on pages that nothing needs any more: what was erased shall not be found in the file.
// The log keeps its blocks when it starts over, up to the size limit: overwriting is cheaper to
// sync than growing. No mmap: there, an I/O error is a signal, not an error.
constexpr char writer_settings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
    "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-6144;"
    "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA journal_size_limit=67108864;";
constexpr char reader_settings[] =
    "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-1024; PRAGMA trusted_schema=OFF;";

StoreError::Cause cause_of(int code, int error) {
  switch (code & 0xFF) {
    case SQLITE_FULL: return StoreError::Cause::full;
    case SQLITE_IOERR: {
      // A quota, or no room for the index of the log. A sync is never believed, whatever it says.
      const bool is_sync = code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
      const bool is_full = (error == ENOSPC || error == EDQUOT) && !is_sync;
      return is_full ? StoreError::Cause::full : StoreError::Cause::io;
    }
    case SQLITE_CONSTRAINT: return StoreError::Cause::constraint;
    default: return StoreError::Cause::other;
  }
}

[[noreturn]] void fail(sqlite3* db, int code, std::string_view doing) {
  const int error = errno;  // SQLite forgets it when a COMMIT fails
  std::string what(doing.substr(0, 60));
  what += ": ";
  what += db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  what += " (" + std::to_string(code) + ")";
  throw StoreError(cause_of(code, error), what);
}

void check(sqlite3* db, int code, std::string_view doing) {
  if (code != SQLITE_OK) fail(db, code, doing);
}

// Before the first connection, once a process. A job's savepoint remembers pages; by default SQLite
// moves them to a temporary file beyond 64 KiB, which a locked-down container may not have. And its
// count of allocated bytes takes a lock at every allocation: a fifth of the writer's time.
void configure_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  });
}

struct Closer {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Handle = std::unique_ptr<sqlite3, Closer>;

Handle open_handle(const std::string& path, int flags) {
  configure_once();
  sqlite3* raw = nullptr;
  // NOMUTEX: each connection belongs to one thread at a time.
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle db(raw);
  if (code != SQLITE_OK) fail(raw, code, "open " + path);
  sqlite3_extended_result_codes(raw, 1);
  return db;
}

class Statement final : public Cursor {
 public:
  Statement(sqlite3* db, const char* sql) : db_(db), sql_(sql) {
    const int code =
        sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    check(db, code, sql);
    // To SQLite "$2" is a name, numbered by where it first stands; find each one's number.
    const int count = sqlite3_bind_parameter_count(statement_);
    ASSERT(count <= static_cast<int>(place_.size()));
    for (int i = 1; i <= count; ++i) {
      const std::string name = "$" + std::to_string(i);
      place_[static_cast<std::size_t>(i - 1)] =
          sqlite3_bind_parameter_index(statement_, name.c_str());
    }
    count_ = static_cast<std::size_t>(count);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // SQLITE_STATIC borrows the caller's memory, SQLITE_TRANSIENT copies it.
  void bind(Values values, sqlite3_destructor_type memory) {
    ASSERT(!busy_);  // one SQL text does not run twice at once
    ASSERT(values.size() == count_);
    const int* place = place_.data();
    for (const Value& v : values) {
      const int code = bind_one(*place++, v, memory);
      if (code != SQLITE_OK) fail(db_, code, sql_);
    }
    busy_ = true;
  }

  bool next() override {
    errno = 0;  // see fail()
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(db_, code, sql_);
  }
  void close() noexcept override {
    sqlite3_reset(statement_);
    busy_ = false;
  }
  // Steps to the end and resets, also when it throws.
  void finish() {
    struct Reset {
      Statement& s;
      ~Reset() { s.close(); }
    } reset{*this};
    while (next()) {
    }
  }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t number(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (data == nullptr) {
      check_memory();
      return {};
    }
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  BytesView blob(int column) const override {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    if (data == nullptr) {
      check_memory();
      return {};
    }
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  // A value for which there is no memory looks like NULL: what was stored must not be read as
  // nothing.
  void check_memory() const {
    if (sqlite3_errcode(db_) == SQLITE_NOMEM) fail(db_, SQLITE_NOMEM, sql_);
  }
  int bind_one(int at, const Value& v, sqlite3_destructor_type memory) {
    switch (v.type()) {
      case Value::Type::null: return sqlite3_bind_null(statement_, at);
      case Value::Type::number: return sqlite3_bind_int64(statement_, at, v.number());
      case Value::Type::text:
        return sqlite3_bind_text64(statement_, at, static_cast<const char*>(text_data(v)), v.size(),
                                   memory, SQLITE_UTF8);
      case Value::Type::blob:
        return sqlite3_bind_blob64(statement_, at, text_data(v), v.size(), memory);
    }
    return SQLITE_MISUSE;
  }
  // An empty text may have no address; SQLite would read that as NULL.
  static const void* text_data(const Value& v) { return v.data() != nullptr ? v.data() : ""; }

  sqlite3* db_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
  std::array<int, 32> place_{};
  std::size_t count_ = 0;
  bool busy_ = false;
};

class Sqlite final : public Connection {
 public:
  Sqlite(Handle db, const char* settings) : db_(std::move(db)) {
    script(settings);
    sqlite3_wal_hook(db_.get(), &Sqlite::count_frames, this);
    // Prepared now: when memory is short a transaction must still come to its end.
    for (const char* sql : {begin_read, begin_write, commit_all, rollback_all, savepoint_job,
                            release_job, rollback_job})
      prepared(sql);
  }
  ~Sqlite() override { statements_.clear(); }

  void begin(Access access) override {
    run(access == Access::writes ? begin_write : begin_read);
    is_reading_ = access == Access::reads;
    has_let_go_ = false;
  }
  void commit() override { run(commit_all); }
  bool let_go() override {
    if (!is_reading_ || !is_in_transaction()) return false;
    run(commit_all);
    return has_let_go_ = true;
  }
  void rollback() noexcept override {
    has_let_go_ = false;
    try {
      if (is_in_transaction()) run(rollback_all);
    } catch (const std::exception&) {
      // Nothing is left to undo: SQLite has given the transaction up by itself. Or there was no
      // memory: who writes tries again before the next, who reads reads what is old.
    }
  }
  bool is_in_transaction() const override { return sqlite3_get_autocommit(db_.get()) == 0; }

  void savepoint() override { run(savepoint_job); }
  void release_savepoint() override { run(release_job); }
  void rollback_to_savepoint() override {
    run(rollback_job);
    run(release_job);
  }

  Cursor& start(const char* sql, Values values) override {
    take_again();
    Statement& s = prepared(sql);
    s.bind(values, SQLITE_TRANSIENT);  // rows are read after the values are gone
    return s;
  }
  std::int64_t exec(const char* sql, Values values) override {
    take_again();
    Statement& s = prepared(sql);
    s.bind(values, SQLITE_STATIC);
    s.finish();
    return sqlite3_changes64(db_.get());
  }
  std::int64_t insert(const char* sql, Values values) override {
    exec(sql, values);
    return sqlite3_last_insert_rowid(db_.get());
  }
  void script(const std::string& sql) override {
    check(db_.get(), sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr), sql);
  }

  Upkeep upkeep(Load load) override {
    const int span = load == Load::calm ? calm_frames : checkpoint_frames;
    if (frames_ < checked_ + span) return Upkeep::none;
    checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    return frames_ >= quiet_frames ? Upkeep::quiet : Upkeep::none;
  }
  void upkeep_in_quiet() override {
    // A backup may read for minutes, and every reader waits for us: rather another time.
    sqlite3_busy_timeout(db_.get(), 0);
    struct Waits {
      sqlite3* db;
      ~Waits() { sqlite3_busy_timeout(db, writer_waits); }
    } again{db_.get()};
    checkpoint(SQLITE_CHECKPOINT_RESTART);
  }

 private:
  // The snapshot that was given up, as of now: several statements shall agree with each other.
  void take_again() {
    if (!std::exchange(has_let_go_, false)) return;
    run(begin_read);
  }
  static int count_frames(void* self, sqlite3*, const char*, int frames) {
    auto& me = *static_cast<Sqlite*>(self);
    // The WAL started over: the next checkpoint is a full span away again.
    if (frames < me.frames_) me.checked_ = 0;
    me.frames_ = frames;
    return SQLITE_OK;
  }

  void checkpoint(int mode) {
    int in_log = 0;
    int copied = 0;
    errno = 0;
    const int code = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, mode, &in_log, &copied);
    checked_ = frames_;
    // BUSY: somebody still reads old frames (a backup); FULL: no room yet. Both find another time.
    if (code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY) return;
    if (cause_of(code, errno) == StoreError::Cause::full) return;
    fail(db_.get(), code, "checkpoint");
  }

  Statement& prepared(const char* sql) {
    auto& slot = statements_[sql];
    if (!slot) slot = std::make_unique<Statement>(db_.get(), sql);
    return *slot;
  }
  void run(const char* sql) {
    Statement& s = prepared(sql);
    s.bind({}, SQLITE_STATIC);
    s.finish();
  }

  Handle db_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
  int frames_ = 0;   // in the WAL after the last commit
  int checked_ = 0;  // of those, there at the last checkpoint
  bool is_reading_ = false;
  bool has_let_go_ = false;  // inside a transaction for reads
};

void copy_pages(const std::filesystem::path& source, const std::filesystem::path& target) {
  Handle from = open_handle(source.string(), SQLITE_OPEN_READWRITE);
  sqlite3_db_config(from.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  check(from.get(), sqlite3_exec(from.get(), reader_settings, nullptr, nullptr, nullptr), "backup");
  Handle to = open_handle(target.string(), SQLITE_OPEN_READWRITE);
  // Synced once, by the caller; until then an interrupted copy is worthless anyway.
  check(to.get(), sqlite3_exec(to.get(), "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr),
        "backup");
  sqlite3_backup* copy = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (copy == nullptr) fail(to.get(), sqlite3_errcode(to.get()), "backup");
  // In one go under one snapshot: small steps would start over at every commit in between.
  const int stepped = sqlite3_backup_step(copy, -1);
  const int finished = sqlite3_backup_finish(copy);
  if (stepped != SQLITE_DONE) fail(to.get(), stepped, "backup");
  check(to.get(), finished, "backup");
}

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, Role role) {
  if (role == Role::reader) {
    // Not SQLITE_OPEN_READONLY: a reader of a WAL takes its place in the shared index.
    Handle db = open_handle(file.string(), SQLITE_OPEN_READWRITE);
    sqlite3_db_config(db.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return std::make_unique<Sqlite>(std::move(db), reader_settings);
  }
  {
    // Made here and not by SQLite, so that the mode is right from the first moment; the WAL and its
    // index inherit it.
    const Descriptor created(file, O_RDWR | O_CREAT | O_CLOEXEC);
    sync_folder_of(file);
  }
  Handle db = open_handle(file.string(), SQLITE_OPEN_READWRITE);
  sqlite3_busy_timeout(db.get(), writer_waits);
  auto connection = std::make_unique<Sqlite>(std::move(db), writer_settings);
  // A file system without shared memory leaves the old mode in place and reports success.
  if (Rows mode = connection->query(journal_mode, {}); !mode.next() || mode.text(0) != "wal")
    throw StoreError(StoreError::Cause::other, file.string() + ": cannot use a write-ahead log");
  // The log was made just now if it was not there. SQLite syncs its name too, but goes on when that
  // fails.
  sync_folder_of(file);
  return connection;
}

std::unique_ptr<Connection> open_sqlite_in_memory() {
  Handle db = open_handle(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  return std::make_unique<Sqlite>(std::move(db), "PRAGMA temp_store=MEMORY");
}

void copy_sqlite(const std::filesystem::path& source, const std::filesystem::path& target) {
  if (std::filesystem::exists(target))
    throw std::system_error(EEXIST, std::generic_category(), target.string());
  // Under its name only once it is whole: half a backup is worse than none, also after a crash.
  const std::filesystem::path partial = target.string() + std::string(partial_suffix);
  const auto discard = [&] {
    std::error_code ignored;
    for (const std::string_view suffix : {std::string_view(), journal_suffix})
      std::filesystem::remove(partial.string() + std::string(suffix), ignored);
  };
  discard();
  try {
    // Made here, so that it is private from the first moment.
    { const Descriptor created(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC); }
    copy_pages(source, partial);
    Descriptor(partial, O_RDWR | O_CLOEXEC).sync();
    std::filesystem::rename(partial, target);
  } catch (...) {
    discard();
    throw;
  }
  sync_folder_of(target);
}

void drop_cut_copies(const std::filesystem::path& folder) {
  const auto is_cut = [](std::string_view name) {
    if (name.ends_with(journal_suffix)) name.remove_suffix(journal_suffix.size());
    return name.ends_with(partial_suffix);
  };
  // One that stays is tried again the next time.
  for (const std::string& name : names_in(folder, is_cut)) ::unlink((folder / name).c_str());
}

}  // namespace limen::store
