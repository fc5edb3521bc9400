// The part of the ledger that letters need, in a map, for the worker's tests: they are about rules
// and outages, not about SQL. Everything else of the port throws; the real store has its own
// conformance suite.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "onboard/ledger.hpp"

namespace limen::outbox {

class FakeLedger final : public onboard::Ledger {
 public:
  using Letter = onboard::Letter;
  using Page = onboard::Page;

  std::map<Id, Letter> rows;
  std::map<Id, onboard::Organisation> houses;
  std::map<Id, onboard::Grant> invitations;
  std::vector<onboard::Mail> inbox;

  // --- what the worker uses ---
  std::optional<onboard::Organisation> organisation(const Id& id) override {
    return at(houses, id);
  }
  std::optional<onboard::Grant> grant(const Id& id) override { return at(invitations, id); }
  std::vector<Letter> claim_letters(Time now, Time until, std::size_t limit) override {
    std::vector<Letter> out;
    for (const auto& letter : queue()) {
      if (letter.due > now || out.size() == limit) break;
      rows[letter.id].due = until;
      out.push_back(rows[letter.id]);
    }
    return out;
  }
  bool save_letter(const Letter& letter) override {
    if (!rows.contains(letter.id)) return false;
    rows[letter.id] = letter;
    return true;
  }
  std::optional<Letter> letter(const Id& id) override { return at(rows, id); }
  // As the store does it: the queue by (due, id), the cursor is where that letter stands now.
  std::vector<Letter> letters(const std::optional<Id>& tenant,
                              const std::optional<onboard::LetterState>& state,
                              const Page& page) override {
    if (tenant || state != onboard::LetterState::queued) unused();
    std::vector<Letter> out;
    for (const auto& letter : queue()) {
      const bool is_after = !page.after || std::pair(letter.due, letter.id) >
                                               std::pair(rows.at(*page.after).due, *page.after);
      if (is_after && out.size() < page.limit) out.push_back(letter);
    }
    return out;
  }
  std::optional<Time> next_letter_due() override {
    const auto all = queue();
    if (all.empty()) return std::nullopt;
    return all.front().due;
  }
  void add_mail(const onboard::Mail& mail) override { inbox.push_back(mail); }

  // --- what it does not ---
  std::uint64_t add(const onboard::Grant&) override { unused(); }
  bool spend(const Id&, grant::Scope, const seal::Digest&, Time) override { unused(); }
  void miss(const Id&) override { unused(); }
  int revoke(const Id&, Time) override { unused(); }
  void add_organisation(const onboard::Organisation&) override { unused(); }
  bool save_organisation(const onboard::Organisation&) override { unused(); }
  std::optional<onboard::Organisation> organisation_by_handle(const std::string&) override {
    unused();
  }
  std::optional<onboard::Organisation> organisation_by_prefix(const std::string&) override {
    unused();
  }
  std::vector<onboard::Organisation> organisations() override { unused(); }
  std::optional<onboard::Grant> grant_by_serial(std::uint64_t) override { unused(); }
  std::optional<onboard::Grant> latest_invitation(const Id&, const std::string&) override {
    unused();
  }
  std::vector<onboard::Grant> grants(const Id&, grant::Kind, const Page&) override { unused(); }
  std::optional<onboard::Grant> newest_below(const Id&, grant::Kind) override { unused(); }
  void add_connection(const onboard::Connection&) override { unused(); }
  bool save_connection(const onboard::Connection&) override { unused(); }
  std::optional<onboard::Connection> connection(const Id&) override { unused(); }
  std::optional<onboard::Connection> connection_of(const Id&) override { unused(); }
  std::optional<onboard::Connection> latest_connection(const Id&, const std::string&) override {
    unused();
  }
  void each_connected(const Id&, const std::optional<std::string>&,
                      const std::function<void(const onboard::Connection&)>&) override {
    unused();
  }
  std::size_t count_connected(const Id&) override { unused(); }
  std::vector<onboard::Connection> connected(const Id&, std::size_t, std::size_t) override {
    unused();
  }
  bool add_session(const onboard::Session&) override { unused(); }
  bool save_session(const onboard::Session&, const onboard::Session&) override { unused(); }
  std::optional<onboard::Session> session(const Id&) override { unused(); }
  std::optional<onboard::Session> session_by_caller_id(const Id&, const std::string&) override {
    unused();
  }
  std::optional<Id> session_of_step(const Id&) override { unused(); }
  std::vector<onboard::Session> sessions(const Id&, const onboard::SessionFilter&,
                                         const Page&) override {
    unused();
  }
  void add_parcel(const onboard::Parcel&) override { unused(); }
  std::optional<onboard::Parcel> parcel(const Id&) override { unused(); }
  bool add_piece(const Id&, const onboard::Piece&) override { unused(); }
  std::vector<onboard::Piece> pieces(const Id&) override { unused(); }
  void add_trace(const onboard::Trace&, const Id&) override { unused(); }
  std::vector<Id> traced_to_others(const onboard::Trace&, Time, std::size_t) override { unused(); }
  void join_parcel(const Id&, const Id&, const Id&) override { unused(); }
  void give_up_parcels(const onboard::Parcel&, Time) override { unused(); }
  void keep_rules(const seal::Digest&, const std::string&, Time) override { unused(); }
  std::optional<std::string> rules(const seal::Digest&) override { unused(); }
  std::vector<std::string> knows_files(const std::vector<std::string>&) override { unused(); }
  void add_enrolment(const onboard::Enrolment&) override { unused(); }
  bool save_enrolment(const onboard::Enrolment&) override { unused(); }
  std::optional<onboard::Enrolment> enrolment(const Id&) override { unused(); }
  std::optional<onboard::Enrolment> enrolment_of(const Id&) override { unused(); }
  void add_letter(const Letter& letter) override { rows[letter.id] = letter; }
  void add_alarm(const onboard::Alarm&) override { unused(); }
  std::vector<onboard::Alarm> alarms(const std::optional<Id>&, const Page&) override { unused(); }
  std::vector<onboard::Mail> mails() override { unused(); }
  void clear_mails() override { unused(); }
  std::optional<std::string> setting(const std::string&) override { unused(); }
  void set_setting(const std::string&, const std::string&) override { unused(); }
  std::optional<Time> budget(const Id&) override { unused(); }
  void raise_budget(const Id&, Time) override { unused(); }
  onboard::Survey& survey() override { unused(); }
  onboard::Checks& checks() override { unused(); }
  onboard::Webhooks& webhooks() override { unused(); }
  void shorten(const Id&, Time) override { unused(); }
  void erase_session(const Id&, Time) override { unused(); }
  void drop_connection(const Id&) override { unused(); }
  void forget_addressee(const Id&) override { unused(); }
  onboard::Office& office() override { unused(); }
  void keep_receipt_seed(const Id&, const seal::Digest&) override { unused(); }
  std::optional<seal::Digest> receipt_seed(const Id&) override { unused(); }
  void keep_consent_texts(const seal::Digest&, const std::string&) override { unused(); }
  std::optional<std::string> consent_texts(const seal::Digest&) override { unused(); }
  std::optional<onboard::KeptAnswer> answer(const seal::Digest&) override { unused(); }
  void keep_answer(const onboard::KeptAnswer&) override { unused(); }
  onboard::Swept sweep_part(onboard::SweepPart, Time, std::size_t) override { unused(); }

 private:
  [[noreturn]] static void unused() { throw std::logic_error("letters do not need this"); }
  template <class Value>
  static std::optional<Value> at(const std::map<Id, Value>& map, const Id& id) {
    const auto found = map.find(id);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }
  std::vector<Letter> queue() const {
    std::vector<Letter> out;
    for (const auto& [id, letter] : rows)
      if (letter.state == onboard::LetterState::queued) out.push_back(letter);
    std::sort(out.begin(), out.end(), [](const Letter& a, const Letter& b) {
      return std::pair(a.due, a.id) < std::pair(b.due, b.id);
    });
    return out;
  }
};

}  // namespace limen::outbox
