// See faults.hpp. Every call the ledger and the group commit make is one statement to count.
#include "sim/faults.hpp"

#include <utility>

namespace limen::sim {

using store::StoreError;

std::string_view name_of(Fault fault) {
  static constexpr std::string_view names[fault_count] = {"",     "job_throws",     "gives_up",
                                                          "dies", "dies_committed", "commit_fails"};
  return names[static_cast<std::size_t>(fault)];
}

void Faulty::arm(Fault fault, std::size_t at, int times) {
  fault_ = fault;
  at_ = at;
  left_ = at + 1;
  times_ = times;
  has_struck_ = is_committed_ = false;
}

void Faulty::revive(store::Connection& inner) {
  inner_ = &inner;
  is_dead_ = false;
  commits_ = 0;
  arm(Fault::none, 0);
}

void Faulty::strike() {
  const Fault fault = fault_;
  if (--times_ == 0) fault_ = Fault::none;
  left_ = at_ + 1;
  has_struck_ = true;
  if (fault == Fault::job_throws) throw StoreError(StoreError::Cause::other, "simulated: refused");
  if (fault == Fault::gives_up) {
    inner_->rollback();
    throw StoreError(StoreError::Cause::full, "simulated: given up");
  }
  if (fault == Fault::commit_fails) throw StoreError(StoreError::Cause::full, "simulated: full");
  is_dead_ = true;
  throw Died();
}

void Faulty::step() {
  if (is_dead_) throw Died();
  const bool counts =
      fault_ == Fault::job_throws || fault_ == Fault::gives_up || fault_ == Fault::dies;
  if (counts && --left_ == 0) strike();
}

const char* Faulty::chosen(const char* sql) {
  if (plants_.empty()) return sql;
  auto [at, is_new] = chosen_.try_emplace(sql, sql);
  for (const Plant& plant : plants_) {
    if (!is_new || !std::string_view(sql).starts_with(plant.sql)) continue;
    at->second = plant.instead.c_str();
    ++planted_;
  }
  return at->second;
}

void Faulty::begin(store::Access access) {
  step();
  inner_->begin(access);
}

void Faulty::commit() {
  step();
  if (fault_ == Fault::commit_fails) strike();
  const bool forgets = chosen("COMMIT") == std::string_view("ROLLBACK");
  if (forgets && ++commits_ % 5 == 0) inner_->rollback();
  else inner_->commit();
  is_committed_ = true;
  if (fault_ == Fault::dies_committed) strike();
}

void Faulty::rollback() noexcept {
  if (is_dead_) return;
  const bool forgets = chosen("UNDO") == std::string_view("COMMIT");
  if (forgets && inner_->is_in_transaction()) inner_->commit();
  else inner_->rollback();
}

bool Faulty::is_in_transaction() const { return !is_dead_ && inner_->is_in_transaction(); }

void Faulty::savepoint() {
  step();
  inner_->savepoint();
}
void Faulty::release_savepoint() {
  step();
  inner_->release_savepoint();
}
void Faulty::rollback_to_savepoint() {
  step();
  if (chosen("ROLLBACK TO") == std::string_view("RELEASE")) inner_->release_savepoint();
  else inner_->rollback_to_savepoint();
}
store::Cursor& Faulty::start(const char* sql, store::Values values) {
  step();
  return inner_->start(chosen(sql), values);
}
std::int64_t Faulty::exec(const char* sql, store::Values values) {
  step();
  return inner_->exec(chosen(sql), values);
}
std::int64_t Faulty::insert(const char* sql, store::Values values) {
  step();
  return inner_->insert(chosen(sql), values);
}
void Faulty::script(const std::string& sql) {
  step();
  inner_->script(sql);
}

}  // namespace limen::sim
