// SqlOffice: onboard::Office over one connection, as SqlLedger is onboard::Ledger. Used by the one
// thread that owns the connection, inside a transaction somebody else opened. Staff, sign-ins and
// the audit trail are office.cpp; themes and uses of keys office_themes.cpp.
#pragma once

#include "onboard/office.hpp"
#include "store/connection.hpp"

namespace limen::store {

class SqlOffice final : public onboard::Office {
 public:
  explicit SqlOffice(Connection& connection) : connection_(connection) {}

  bool add_member(const onboard::Member& member) override;
  void save_member(const onboard::Member& member) override;
  std::optional<onboard::Member> member(const Id& id) override;
  std::vector<onboard::Member> who_may_sign_in(const std::string& email,
                                               const std::optional<Id>& tenant) override;
  std::vector<onboard::Member> members(const Id& tenant) override;

  void add_signed_in(const onboard::SignedIn& session) override;
  std::optional<onboard::SignedIn> signed_in(const Id& id) override;
  std::vector<onboard::SignedIn> signed_in_of(const Id& tenant) override;
  void confirm_signed_in(const Id& id, Time until) override;
  bool end_signed_in(const Id& id) override;
  void end_all_of(const Id& member) override;
  void see_signed_in(const Id& id, Time at) override;

  void add_audit(const onboard::AuditRow& row) override;
  std::vector<onboard::AuditRow> audit(const Id& tenant, const onboard::AuditFilter& filter,
                                       const onboard::Page& page) override;
  std::optional<Id> broken_audit(const Id& tenant) override;

  void save_theme(const onboard::Theme& theme) override;
  std::optional<onboard::Theme> theme(const Id& tenant, const std::string& name) override;
  std::vector<onboard::Theme> themes(const Id& tenant) override;
  bool remove_theme(const Id& tenant, const std::string& name) override;
  Bytes logo(const std::string& name) override;

  std::optional<Time> last_use(const Id& key) override;
  void used(const Id& key, Time at) override;

  // Console sessions whose time is over.
  std::int64_t sweep(Time now, std::size_t limit);

 private:
  Connection& connection_;
};

}  // namespace limen::store
