// Checks in SQL: onboard::Checks over the ledger's connection. It answers and remembers; when a
// check ends is onboard's.
#pragma once

#include <utility>

#include "onboard/check.hpp"
#include "store/connection.hpp"

namespace limen::store {

class SqlChecks final : public onboard::Checks {
 public:
  explicit SqlChecks(Connection& connection) : connection_(connection) {}

  void add(const onboard::Check& check) override;
  bool save(const onboard::Check& check) override;
  std::optional<onboard::Check> check(const Id& id) override;
  std::optional<onboard::Check> check_of(const Id& session) override;
  std::vector<onboard::Check> claim(Time now, Time until, std::size_t limit) override;
  std::vector<Id> overdue(Time now, std::size_t limit) override;
  std::optional<Time> next_due(Time now) override;
  void put_off(Time least) override;
  std::size_t waiting() override;

  // With their session.
  void drop_of(const Id& session);
  // Whether one was added since the last call.
  bool take_added() { return std::exchange(has_added_, false); }

 private:
  Connection& connection_;
  bool has_added_ = false;
};

}  // namespace limen::store
