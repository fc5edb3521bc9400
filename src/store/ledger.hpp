// SqlLedger: onboard::Ledger over one connection, written once for every SQL engine. It answers and
// remembers; rules live in onboard/ and grant/. Split by noun over ledger_*.cpp. Used by the one
// thread that owns the connection, inside a transaction somebody else opened.
#pragma once

#include "onboard/ledger.hpp"
#include "store/checks.hpp"
#include "store/connection.hpp"
#include "store/office.hpp"
#include "store/survey.hpp"
#include "store/webhooks.hpp"
#include "store/writer.hpp"

namespace limen::store {

class SqlLedger final : public onboard::Ledger {
 public:
  explicit SqlLedger(Connection& connection)
      : connection_(connection),
        office_(connection),
        survey_(connection),
        checks_(connection),
        webhooks_(connection) {}

  // What was changed since the last call that others must hear of.
  Touched take_touched();
  // The sessions announced since forget_announced().
  void tell_announced(Touched& touched) const;
  void forget_announced();
  void set_snapshot_epoch(std::uint64_t epoch) { epoch_ = epoch; }
  std::uint64_t snapshot_epoch() const override { return epoch_; }
  // The number goes with the snapshot: a cache knows nothing of the one that comes after it.
  void let_go() override {
    if (connection_.let_go()) epoch_ = 0;
  }

  // grants
  std::uint64_t add(const grant::Grant& grant) override;
  std::optional<grant::Grant> grant(const grant::GrantId& id) override;
  bool spend(const grant::GrantId& id, grant::Scope part, const grant::Digest& request,
             Time now) override;
  void miss(const grant::GrantId& id) override;
  int revoke(const grant::GrantId& root, Time now) override;
  std::optional<grant::Grant> grant_by_serial(std::uint64_t serial) override;
  std::optional<grant::Grant> latest_invitation(const grant::TenantId& tenant,
                                                const std::string& email) override;
  void shorten(const grant::GrantId& id, Time expires) override;
  std::vector<grant::Grant> grants(const grant::TenantId& tenant, grant::Kind kind,
                                   const onboard::Page& page) override;
  std::optional<grant::Grant> newest_below(const grant::GrantId& parent, grant::Kind kind) override;

  // organisations and connections
  void add_organisation(const onboard::Organisation& organisation) override;
  bool save_organisation(const onboard::Organisation& organisation) override;
  std::optional<onboard::Organisation> organisation(const grant::TenantId& id) override;
  std::optional<onboard::Organisation> organisation_by_handle(const std::string& handle) override;
  std::optional<onboard::Organisation> organisation_by_prefix(const std::string& prefix) override;
  std::vector<onboard::Organisation> organisations() override;
  void add_connection(const onboard::Connection& connection) override;
  bool save_connection(const onboard::Connection& connection) override;
  std::optional<onboard::Connection> connection(const Id& id) override;
  std::optional<onboard::Connection> connection_of(const grant::GrantId& invitation) override;
  std::optional<onboard::Connection> latest_connection(const grant::TenantId& tenant,
                                                       const std::string& email) override;
  void each_connected(const grant::TenantId& tenant, const std::optional<std::string>& email,
                      const std::function<void(const onboard::Connection&)>& visit) override;
  std::size_t count_connected(const grant::TenantId& tenant) override;
  std::vector<onboard::Connection> connected(const grant::TenantId& tenant, std::size_t offset,
                                             std::size_t limit) override;

  // sessions and enrolments
  bool add_session(const journey::Session& session) override;
  bool save_session(const journey::Session& before, const journey::Session& after) override;
  std::optional<journey::Session> session(const journey::SessionId& id) override;
  void announce(const journey::SessionId& id) override;
  std::optional<journey::Session> session_by_caller_id(const grant::TenantId& tenant,
                                                       const std::string& caller_id) override;
  void erase_session(const journey::SessionId& id, Time at) override;
  void drop_connection(const Id& id) override;
  void forget_addressee(const grant::GrantId& invitation) override;
  std::optional<journey::SessionId> session_of_step(const Id& step) override;
  std::vector<journey::Session> sessions(const grant::TenantId& tenant,
                                         const onboard::SessionFilter& filter,
                                         const onboard::Page& page) override;
  void keep_receipt_seed(const journey::SessionId& id, const seal::Digest& seed) override;
  std::optional<seal::Digest> receipt_seed(const journey::SessionId& id) override;
  void keep_consent_texts(const seal::Digest& digest, const std::string& text) override;
  std::optional<std::string> consent_texts(const seal::Digest& digest) override;
  void add_parcel(const onboard::Parcel& parcel) override;
  std::optional<onboard::Parcel> parcel(const Id& id) override;
  bool add_piece(const Id& parcel, const onboard::Piece& piece) override;
  std::vector<onboard::Piece> pieces(const Id& parcel) override;
  void join_parcel(const Id& parcel, const Id& upload, const Id& step_id) override;
  void give_up_parcels(const onboard::Parcel& like, Time now) override;
  void add_trace(const onboard::Trace& trace, const journey::SessionId& session) override;
  std::vector<journey::SessionId> traced_to_others(const onboard::Trace& trace, Time now,
                                                   std::size_t limit) override;
  std::vector<std::string> knows_files(const std::vector<std::string>& files) override;
  void keep_rules(const seal::Digest& digest, const std::string& text, Time now) override;
  std::optional<std::string> rules(const seal::Digest& digest) override;
  void add_enrolment(const onboard::Enrolment& enrolment) override;
  bool save_enrolment(const onboard::Enrolment& enrolment) override;
  std::optional<onboard::Enrolment> enrolment(const Id& id) override;
  std::optional<onboard::Enrolment> enrolment_of(const journey::SessionId& session) override;

  // letters, alarms, dev inbox, settings, budgets, kept answers
  void add_letter(const onboard::Letter& letter) override;
  std::vector<onboard::Letter> claim_letters(Time now, Time until, std::size_t limit) override;
  bool save_letter(const onboard::Letter& letter) override;
  std::vector<onboard::Letter> letters(const std::optional<grant::TenantId>& tenant,
                                       const std::optional<onboard::LetterState>& state,
                                       const onboard::Page& page) override;
  std::optional<onboard::Letter> letter(const Id& id) override;
  std::optional<Time> next_letter_due() override;
  void add_alarm(const onboard::Alarm& alarm) override;
  std::vector<onboard::Alarm> alarms(const std::optional<grant::TenantId>& tenant,
                                     const onboard::Page& page) override;
  void add_mail(const onboard::Mail& mail) override;
  std::vector<onboard::Mail> mails() override;
  void clear_mails() override;
  std::optional<std::string> setting(const std::string& name) override;
  void set_setting(const std::string& name, const std::string& value) override;

  std::optional<Time> budget(const Id& key) override;
  void raise_budget(const Id& key, Time until) override;

  onboard::Office& office() override { return office_; }
  onboard::Survey& survey() override { return survey_; }
  onboard::Checks& checks() override { return checks_; }
  onboard::Webhooks& webhooks() override { return webhooks_; }
  std::optional<onboard::KeptAnswer> answer(const seal::Digest& row) override;
  void keep_answer(const onboard::KeptAnswer& answer) override;

  onboard::Swept sweep_part(onboard::SweepPart part, Time now, std::size_t limit) override;

 private:
  bool swap(const journey::Session& before, const journey::Session& after);
  // From here to the end of the transaction nothing that a cache holds is true any more.
  void touch_rights();
  void write_steps(const journey::Session& before, const journey::Session& after);
  void write_uploads(const journey::SessionId& session, std::size_t step,
                     const std::vector<journey::Upload>& before,
                     const std::vector<journey::Upload>& after);
  void load_steps(journey::Session& session);
  std::size_t sweep_rows(onboard::SweepPart part, Time now, std::size_t limit,
                         std::vector<std::string>& files);
  std::size_t sweep_invitations(Time now, std::size_t limit);
  std::size_t sweep_sessions(Time now, std::size_t limit, std::vector<std::string>& files);
  std::size_t sweep_connections(Time now, std::size_t limit);
  std::size_t sweep_enrolments(Time now, std::size_t limit);
  std::size_t sweep_parcels(Time now, std::size_t limit, std::vector<std::string>& files);
  void drop_pieces_of(const Id& parcel, std::vector<std::string>& files);
  void drop_traces_of(const Id& session);
  void drop_parcels_of(const Id& session, std::vector<std::string>& files);
  std::size_t sweep_budgets(Time now, std::size_t limit);

  Connection& connection_;
  SqlOffice office_;
  SqlSurvey survey_;
  SqlChecks checks_;
  SqlWebhooks webhooks_;
  Touched touched_;
  std::vector<journey::SessionId> announced_;
  bool has_announced_all_ = false;
  std::uint64_t epoch_ = 0;
  std::int64_t swept_to_ = 0;  // where the next look for old invitations goes on
  Id budgets_swept_to_;        // and for unused budgets
};

}  // namespace limen::store
