// A connection that fails where it is told to: at any statement, at the commit, or by the death of
// the process before or after it. It also knows the truth that no client knows, whether a batch was
// committed. Planted bugs change SQL here, so that the simulator can be seen to fail.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "store/connection.hpp"

namespace limen::sim {

enum class Fault : std::uint8_t {
  none,
  job_throws,      // a statement fails; the transaction stands
  gives_up,        // a statement fails and the engine rolls the whole transaction back
  dies,            // the process ends before a statement
  dies_committed,  // the process ends after COMMIT and before the first answer
  commit_fails,    // COMMIT finds no room; nothing was written
};
constexpr std::size_t fault_count = 6;
std::string_view name_of(Fault fault);

// The process is gone: nothing of it runs on.
struct Died : std::runtime_error {
  Died() : std::runtime_error("the process died") {}
};

// A statement that begins with `sql` is run as `instead`. "COMMIT" to "ROLLBACK" forgets
// every fifth commit, "UNDO" to "COMMIT" keeps what was to be undone.
struct Plant {
  std::string sql, instead;
};

class Faulty final : public store::Connection {
 public:
  Faulty(store::Connection& inner, const std::vector<Plant>& plants)
      : inner_(&inner), plants_(plants) {}

  // For the next transaction: the fault strikes at statement number `at`, if there are so many, and
  // then, so often as `times` says, at the same place of what is tried next.
  void arm(Fault fault, std::size_t at, int times = 1);
  // A new process, perhaps with a connection of its own.
  void revive(store::Connection& inner);
  bool is_dead() const { return is_dead_; }
  bool has_struck() const { return has_struck_; }
  bool is_committed() const { return is_committed_; }
  // How many of the plants were ever used.
  std::size_t planted() const { return planted_; }

  void begin(store::Access access) override;
  void commit() override;
  void rollback() noexcept override;
  bool is_in_transaction() const override;
  void savepoint() override;
  void release_savepoint() override;
  void rollback_to_savepoint() override;
  store::Cursor& start(const char* sql, store::Values values) override;
  std::int64_t exec(const char* sql, store::Values values) override;
  std::int64_t insert(const char* sql, store::Values values) override;
  void script(const std::string& sql) override;

 private:
  void step();
  [[noreturn]] void strike();
  const char* chosen(const char* sql);

  store::Connection* inner_;
  const std::vector<Plant>& plants_;
  std::unordered_map<const char*, const char*> chosen_;
  Fault fault_ = Fault::none;
  std::size_t at_ = 0, left_ = 0, planted_ = 0, commits_ = 0;
  int times_ = 1;
  bool is_dead_ = false, has_struck_ = false, is_committed_ = false;
};

}  // namespace limen::sim
