// SqlSurvey: onboard::Survey over one connection, as SqlLedger is onboard::Ledger. Reads only.
#pragma once

#include "onboard/survey.hpp"
#include "store/connection.hpp"

namespace limen::store {

class SqlSurvey final : public onboard::Survey {
 public:
  explicit SqlSurvey(Connection& connection) : connection_(connection) {}

  onboard::Found invitations(const Id& tenant, const onboard::InvitationSearch& search, Time now,
                             const onboard::SearchPage& page) override;
  onboard::Found sessions(const Id& tenant, const onboard::SessionSearch& search, Time now,
                          const onboard::SearchPage& page) override;
  std::optional<Id> first_letter(const grant::Grant& invitation) override;
  onboard::Figures figures(const Id& tenant, const onboard::Window& window) override;

 private:
  std::int64_t first_serial_since(Time from);
  void count_invitations(const Id& tenant, const onboard::Window& window, onboard::Figures& out);
  void count_sessions(const Id& tenant, const onboard::Window& window, onboard::Figures& out);
  void count_letters(const Id& tenant, const onboard::Window& window, onboard::Figures& out);

  Connection& connection_;
};

}  // namespace limen::store
