// FaultyLedger: a ledger whose Nth call throws, as one does whose disk refuses. It forwards every
// other call. Used by one thread at a time; put between use cases and store by House.
#pragma once

#include "onboard/ledger.hpp"
#include "store/connection.hpp"

namespace limen::faults {

class FaultyLedger final : public onboard::Ledger {
 public:
  using Id = limen::Id;
  using Grant = onboard::Grant;

  // Calls since the last arm(); the one numbered `strike`, from 1, throws.
  void arm(std::uint64_t strike) {
    calls_ = 0;
    strike_ = strike;
  }
  std::uint64_t calls() const { return calls_; }
  bool has_struck() const { return strike_ != 0 && calls_ >= strike_; }

  onboard::Ledger& over(onboard::Ledger& inner) {
    if (&inner != this) inner_ = &inner;
    return *this;
  }

  std::uint64_t add(const Grant& g) override { return next().add(g); }
  std::optional<Grant> grant(const Id& id) override { return next().grant(id); }
  bool spend(const Id& id, grant::Scope part, const seal::Digest& request, Time now) override {
    return next().spend(id, part, request, now);
  }
  void miss(const Id& id) override { next().miss(id); }
  int revoke(const Id& root, Time now) override { return next().revoke(root, now); }

  onboard::Checks& checks() override { return next().checks(); }
  onboard::Webhooks& webhooks() override { return next().webhooks(); }
  void add_trace(const onboard::Trace& t, const Id& session) override {
    next().add_trace(t, session);
  }
  std::vector<Id> traced_to_others(const onboard::Trace& t, Time now, std::size_t limit) override {
    return next().traced_to_others(t, now, limit);
  }
  void add_parcel(const onboard::Parcel& p) override { next().add_parcel(p); }
  std::optional<onboard::Parcel> parcel(const Id& id) override { return next().parcel(id); }
  bool add_piece(const Id& parcel, const onboard::Piece& p) override {
    return next().add_piece(parcel, p);
  }
  std::vector<onboard::Piece> pieces(const Id& parcel) override { return next().pieces(parcel); }
  void join_parcel(const Id& parcel, const Id& upload, const Id& step) override {
    next().join_parcel(parcel, upload, step);
  }
  void give_up_parcels(const onboard::Parcel& like, Time now) override {
    next().give_up_parcels(like, now);
  }
  void announce(const Id& session) override { next().announce(session); }
  std::uint64_t snapshot_epoch() const override { return inner_->snapshot_epoch(); }
  void let_go() override { inner_->let_go(); }
  void add_organisation(const onboard::Organisation& o) override { next().add_organisation(o); }
  bool save_organisation(const onboard::Organisation& o) override {
    return next().save_organisation(o);
  }
  std::optional<onboard::Organisation> organisation(const Id& id) override {
    return next().organisation(id);
  }
  std::optional<onboard::Organisation> organisation_by_handle(const std::string& h) override {
    return next().organisation_by_handle(h);
  }
  std::optional<onboard::Organisation> organisation_by_prefix(const std::string& p) override {
    return next().organisation_by_prefix(p);
  }
  std::vector<onboard::Organisation> organisations() override { return next().organisations(); }

  std::optional<Grant> latest_invitation(const Id& tenant, const std::string& email) override {
    return next().latest_invitation(tenant, email);
  }
  std::optional<Grant> grant_by_serial(std::uint64_t serial) override {
    return next().grant_by_serial(serial);
  }
  std::vector<Grant> grants(const Id& tenant, grant::Kind kind,
                            const onboard::Page& page) override {
    return next().grants(tenant, kind, page);
  }
  std::optional<Grant> newest_below(const Id& parent, grant::Kind kind) override {
    return next().newest_below(parent, kind);
  }

  void add_connection(const onboard::Connection& c) override { next().add_connection(c); }
  bool save_connection(const onboard::Connection& c) override { return next().save_connection(c); }
  std::optional<onboard::Connection> connection(const Id& id) override {
    return next().connection(id);
  }
  std::optional<onboard::Connection> connection_of(const Id& invitation) override {
    return next().connection_of(invitation);
  }
  std::optional<onboard::Connection> latest_connection(const Id& tenant,
                                                       const std::string& email) override {
    return next().latest_connection(tenant, email);
  }
  void each_connected(const Id& tenant, const std::optional<std::string>& email,
                      const std::function<void(const onboard::Connection&)>& visit) override {
    next().each_connected(tenant, email, visit);
  }
  std::size_t count_connected(const Id& tenant) override { return next().count_connected(tenant); }
  std::vector<onboard::Connection> connected(const Id& tenant, std::size_t offset,
                                             std::size_t limit) override {
    return next().connected(tenant, offset, limit);
  }

  bool add_session(const onboard::Session& s) override { return next().add_session(s); }
  bool save_session(const onboard::Session& before, const onboard::Session& after) override {
    return next().save_session(before, after);
  }
  std::optional<onboard::Session> session(const Id& id) override { return next().session(id); }
  std::optional<onboard::Session> session_by_caller_id(const Id& tenant,
                                                       const std::string& id) override {
    return next().session_by_caller_id(tenant, id);
  }
  std::optional<onboard::SessionId> session_of_step(const Id& step) override {
    return next().session_of_step(step);
  }
  std::vector<onboard::Session> sessions(const Id& tenant, const onboard::SessionFilter& filter,
                                         const onboard::Page& page) override {
    return next().sessions(tenant, filter, page);
  }
  void keep_rules(const seal::Digest& digest, const std::string& text, Time now) override {
    next().keep_rules(digest, text, now);
  }
  std::optional<std::string> rules(const seal::Digest& digest) override {
    return next().rules(digest);
  }
  std::vector<std::string> knows_files(const std::vector<std::string>& files) override {
    return next().knows_files(files);
  }

  void add_enrolment(const onboard::Enrolment& e) override { next().add_enrolment(e); }
  bool save_enrolment(const onboard::Enrolment& e) override { return next().save_enrolment(e); }
  std::optional<onboard::Enrolment> enrolment(const Id& id) override {
    return next().enrolment(id);
  }
  std::optional<onboard::Enrolment> enrolment_of(const Id& session) override {
    return next().enrolment_of(session);
  }

  void add_letter(const onboard::Letter& letter) override { next().add_letter(letter); }
  std::vector<onboard::Letter> claim_letters(Time now, Time until, std::size_t limit) override {
    return next().claim_letters(now, until, limit);
  }
  bool save_letter(const onboard::Letter& letter) override { return next().save_letter(letter); }
  std::vector<onboard::Letter> letters(const std::optional<Id>& tenant,
                                       const std::optional<onboard::LetterState>& state,
                                       const onboard::Page& page) override {
    return next().letters(tenant, state, page);
  }
  std::optional<onboard::Letter> letter(const Id& id) override { return next().letter(id); }
  std::optional<Time> next_letter_due() override { return next().next_letter_due(); }

  void add_alarm(const onboard::Alarm& alarm) override { next().add_alarm(alarm); }
  std::vector<onboard::Alarm> alarms(const std::optional<Id>& tenant,
                                     const onboard::Page& page) override {
    return next().alarms(tenant, page);
  }
  void add_mail(const onboard::Mail& mail) override { next().add_mail(mail); }
  std::vector<onboard::Mail> mails() override { return next().mails(); }
  void clear_mails() override { next().clear_mails(); }
  std::optional<std::string> setting(const std::string& name) override {
    return next().setting(name);
  }
  void set_setting(const std::string& name, const std::string& value) override {
    next().set_setting(name, value);
  }
  std::optional<Time> budget(const Id& key) override { return next().budget(key); }
  void raise_budget(const Id& key, Time until) override { next().raise_budget(key, until); }
  onboard::Survey& survey() override { return next().survey(); }
  void shorten(const Id& id, Time expires) override { next().shorten(id, expires); }
  void erase_session(const Id& id, Time at) override { next().erase_session(id, at); }
  void drop_connection(const Id& id) override { next().drop_connection(id); }
  void forget_addressee(const Id& id) override { next().forget_addressee(id); }
  onboard::Office& office() override { return next().office(); }
  void keep_receipt_seed(const Id& session, const seal::Digest& seed) override {
    next().keep_receipt_seed(session, seed);
  }
  std::optional<seal::Digest> receipt_seed(const Id& session) override {
    return next().receipt_seed(session);
  }
  void keep_consent_texts(const seal::Digest& digest, const std::string& text) override {
    next().keep_consent_texts(digest, text);
  }
  std::optional<std::string> consent_texts(const seal::Digest& digest) override {
    return next().consent_texts(digest);
  }
  std::optional<onboard::KeptAnswer> answer(const seal::Digest& row) override {
    return next().answer(row);
  }
  void keep_answer(const onboard::KeptAnswer& answer) override { next().keep_answer(answer); }
  onboard::Swept sweep_part(onboard::SweepPart part, Time now, std::size_t limit) override {
    return next().sweep_part(part, now, limit);
  }

 private:
  onboard::Ledger& next() {
    if (++calls_ == strike_)
      throw store::StoreError(store::StoreError::Cause::other, "the ledger was made to fail");
    return *inner_;
  }

  onboard::Ledger* inner_ = nullptr;
  std::uint64_t calls_ = 0, strike_ = 0;
};

}  // namespace limen::faults
