// Connection: what the ledger needs of a database, and nothing more: transactions, one savepoint,
// prepared statements with $1…$n, rows with four kinds of value. It exists so that one SQL text and
// one ledger serve SQLite now and PostgreSQL later. It pools nothing, retries nothing and is used
// by one thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace limen::store {

// The machine's fault, or a broken file: never a caller's. Rolls the job back.
class StoreError : public std::runtime_error {
 public:
  enum class Cause : std::uint8_t {
    full,        // no room; nothing was written and the file is sound
    io,          // the disk or the kernel failed: what was written is not to be trusted
    constraint,  // a row that must be unique is there already
    refused,     // dev mode's rehearsal of an outage
    in_doubt,    // the commit failed: it is done or it is not, and only the next start may know
    other,
  };
  StoreError(Cause cause, const std::string& what) : std::runtime_error(what), cause_(cause) {}
  Cause cause() const { return cause_; }

 private:
  Cause cause_;
};

// A parameter: a number, a text, bytes or nothing. Borrows what it points to until the call it is
// passed to returns.
class Value {
 public:
  enum class Type : std::uint8_t { null, number, text, blob };

  Value() = default;
  template <std::integral T>
  Value(T number) : type_(Type::number), number_(static_cast<std::int64_t>(number)) {}
  Value(std::string_view text) : type_(Type::text), data_(text.data()), size_(text.size()) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(BytesView bytes) : type_(Type::blob), data_(bytes.data()), size_(bytes.size()) {}
  Value(const Id& id) : Value(BytesView(id.bytes)) {}

  Type type() const { return type_; }
  std::int64_t number() const { return number_; }
  const void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  Type type_ = Type::null;
  std::int64_t number_ = 0;
  const void* data_ = nullptr;
  std::size_t size_ = 0;
};
using Values = std::initializer_list<Value>;

// One running statement. Owned by its connection.
class Cursor {
 public:
  virtual bool next() = 0;
  virtual void close() noexcept = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t number(int column) const = 0;
  // Valid until the next row.
  virtual std::string_view text(int column) const = 0;
  virtual BytesView blob(int column) const = 0;

 protected:
  ~Cursor() = default;
};

// The rows of one query; closes it when it goes. The same SQL must not run twice at once.
class Rows {
 public:
  explicit Rows(Cursor& cursor) : cursor_(cursor) {}
  ~Rows() { cursor_.close(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next() { return cursor_.next(); }
  bool is_null(int column) const { return cursor_.is_null(column); }
  std::int64_t number(int column) const { return cursor_.number(column); }
  std::string_view text(int column) const { return cursor_.text(column); }
  BytesView blob(int column) const { return cursor_.blob(column); }

 private:
  Cursor& cursor_;
};

enum class Access : std::uint8_t { reads, writes };

// Whether so much comes in that doing more of it at once is worth a longer wait.
enum class Load : std::uint8_t { calm, flood };

// What a connection wants after the answers left.
enum class Upkeep : std::uint8_t { none, quiet };

// Every method throws StoreError unless it says otherwise.
class Connection {
 public:
  virtual ~Connection() = default;

  // Opens a transaction: one snapshot for reads, the only place in line for writes.
  virtual void begin(Access access) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  // Inside a transaction for reads, with no rows open: gives its snapshot up; the next statement
  // takes a new one. Inside any other it does nothing. Whether there was one to give up.
  virtual bool let_go() { return false; }
  // False when the engine gave the whole transaction up by itself (disk full, I/O error).
  virtual bool is_in_transaction() const = 0;

  // One savepoint inside the transaction, reused job after job.
  virtual void savepoint() = 0;
  virtual void release_savepoint() = 0;
  virtual void rollback_to_savepoint() = 0;

  // `sql` is a named constant: statements are prepared once and remembered by its address.
  virtual Cursor& start(const char* sql, Values values) = 0;
  Rows query(const char* sql, Values values) { return Rows(start(sql, values)); }
  // Runs to the end and returns how many rows it changed.
  virtual std::int64_t exec(const char* sql, Values values) = 0;
  // Inserts one row into a table with a `serial` and returns the number the row was given.
  virtual std::int64_t insert(const char* sql, Values values) = 0;
  // Any number of statements without parameters, not remembered.
  virtual void script(const std::string& sql) = 0;

  // Between transactions, on the one connection that writes: whatever the engine wants done that no
  // answer should wait for. `quiet`: it wants a moment without readers, see upkeep_in_quiet().
  // In a calm it does a little of it early, so that nobody waits for all of it later.
  virtual Upkeep upkeep(Load) { return Upkeep::none; }
  virtual void upkeep_in_quiet() {}
};

}  // namespace limen::store
