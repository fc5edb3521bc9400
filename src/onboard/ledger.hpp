// The port through which use cases remember. It extends the port of grants; store/ implements both.
// Every method is a question or a guarded write; rules stay on this side. Failures of the store
// throw and roll the job back; they are never a value.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grant/ledger.hpp"
#include "journey/session.hpp"
#include "onboard/check.hpp"
#include "onboard/office.hpp"
#include "onboard/page.hpp"
#include "onboard/parcel.hpp"
#include "onboard/survey.hpp"
#include "onboard/webhook.hpp"

namespace limen::onboard {

using grant::Grant;
using journey::Session;
using journey::SessionId;

struct Organisation {
  TenantId id;
  std::string name;                         // shown to people, in letters and on pages
  std::string handle;                       // short unique name for operators: "demo"
  std::string prefix;                       // of its onboarding codes, 2 to 4 letters
  std::vector<std::string> skills{};        // registered ones
  std::vector<std::string> return_hosts{};  // empty: any http(s) host
  Time created;
  std::string language{};  // of its letters, a code of base/words.hpp; empty: the fallback
  // What invited people go on with once they agreed, one of `skills`; empty: nothing.
  std::string invited_skill{};
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

enum class Consent : std::uint8_t { asked, agreed, withdrawn };
// A person's relation to one organisation, made when an invitation is opened (A28).
struct Connection {
  Id id;
  TenantId tenant;
  GrantId invitation;
  std::string email, first_name, last_name;
  std::string date_of_birth{};  // YYYY-MM-DD, empty when unknown
  Consent consent = Consent::asked;
  std::optional<Time> decided;
  Time created, updated;
  friend bool operator==(const Connection&, const Connection&) = default;
};

// The fact a completed journey leaves behind. Never changes but for its deletion.
struct Enrolment {
  Id id;  // credentials_id
  TenantId tenant;
  SessionId session;
  GrantId client;  // whose session it was
  std::string skill;
  Time created, updated;
  Time consent_expires, retention_ends;
  std::optional<Time> deleted;
  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};

enum class LetterState : std::uint8_t { queued, sent, dead };
// An invitation's letter as an event (who, what, when); its text is rendered when it is sent and
// its code computed then, so no secret is stored.
struct Letter {
  Id id;  // also its Message-ID, the same at every attempt
  TenantId tenant;
  GrantId invitation;
  std::string to, first_name, last_name;
  LetterState state = LetterState::queued;
  std::uint32_t attempts = 0;
  Time created, due;
  std::string error{};     // the relay's last words
  std::string language{};  // a code; empty: nobody chose one
  friend bool operator==(const Letter&, const Letter&) = default;
};

// Something an operator should see: a secret used by two, a guess too many.
struct Alarm {
  Id id;
  TenantId tenant;
  Time at;
  std::string what;   // "nonce_replayed", "temp_token_replayed", "invitation_locked"
  std::string about;  // id of the session or grant
  std::string detail{};
  std::uint64_t count = 1;  // how often it has happened; `at` is the last time
  friend bool operator==(const Alarm&, const Alarm&) = default;
};

// A mail of dev mode's inbox.
struct Mail {
  Id id;
  std::string to, from, subject, text, html;
  Time received;
};

// An answer kept under its Idempotency-Key (onboard/repeat.hpp). Every byte of it is a keyed hash
// or locked.
struct KeptAnswer {
  Digest row, request;
  Bytes locked;
  Time until;
  friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

// By what a document or a picture is known again, and whose session it is in: digests under keys
// that are not in the ledger, others in every organisation (onboard/duplicates.hpp).
using TraceDigest = std::array<std::uint8_t, 16>;
struct Trace {
  TraceDigest what{}, who{};
  friend bool operator==(const Trace&, const Trace&) = default;
};

struct SessionFilter {
  std::optional<journey::Door> door{};
  std::optional<std::string> external_id{};
};

struct Swept {
  std::size_t rows = 0;
  std::vector<std::string> files{};  // names in the blob folder that no row needs any more
};

// What goes when its time is over. Each part is a job of its own, so that one that fails keeps no
// other from being done.
enum class SweepPart : std::uint8_t {
  lent_grants,  // of devices, links, phones; tombstones of access tokens
  invitations,
  connections,    // without consent; before their journeys, which go with them
  open_sessions,  // ran out of time, and become expired
  sessions,       // with all they hold
  enrolments,
  parcels,
  alarms,
  budgets,
  webhooks,
  sign_ins,
  answers,
  letters,
};
constexpr std::array<std::string_view, 13> sweep_parts = {
    "lent_grants", "invitations", "connections", "open_sessions", "sessions",
    "enrolments",  "parcels",     "alarms",      "budgets",       "webhooks",
    "sign_ins",    "answers",     "letters"};

class Ledger : public grant::Ledger {
 public:
  // What the clock of caches showed before the snapshot these answers come from was taken: whoever
  // remembers an answer remembers it under this number, so that a change in between wins. 0, which
  // no cache ever shows: these answers are to be neither remembered nor taken from memory, because
  // this very transaction has changed who may do what.
  virtual std::uint64_t snapshot_epoch() const { return 0; }
  // For a reader's job, right before something that takes long: what these answers come from need
  // not be kept any longer (as long as anybody reads it, the log of the store only grows). The next
  // question is answered from what is true then. On the writer it does nothing.
  virtual void let_go() {}

  // --- organisations ---
  virtual void add_organisation(const Organisation& organisation) = 0;
  virtual bool save_organisation(const Organisation& organisation) = 0;
  virtual std::optional<Organisation> organisation(const TenantId& id) = 0;
  // Handles and prefixes each name one organisation; adding a second one throws.
  virtual std::optional<Organisation> organisation_by_handle(const std::string& handle) = 0;
  virtual std::optional<Organisation> organisation_by_prefix(const std::string& prefix) = 0;
  virtual std::vector<Organisation> organisations() = 0;

  // --- grants, further questions ---
  // The newest invitation of that organisation to that address (`email_key` of onboard/people.hpp).
  virtual std::optional<Grant> latest_invitation(const TenantId& tenant,
                                                 const std::string& email) = 0;
  // The grant that `add` gave this serial.
  virtual std::optional<Grant> grant_by_serial(std::uint64_t serial) = 0;
  // Ends it and what hangs right below it at `expires`, unless it ends sooner.
  virtual void shorten(const GrantId& id, Time expires) = 0;
  // Newest first.
  virtual std::vector<Grant> grants(const TenantId& tenant, grant::Kind kind, const Page& page) = 0;
  // The newest grant of that kind right below `parent`.
  virtual std::optional<Grant> newest_below(const GrantId& parent, grant::Kind kind) = 0;

  // --- connections ---
  virtual void add_connection(const Connection& connection) = 0;
  virtual bool save_connection(const Connection& connection) = 0;
  virtual std::optional<Connection> connection(const Id& id) = 0;
  virtual std::optional<Connection> connection_of(const GrantId& invitation) = 0;
  // The newest one with that case-folded address.
  virtual std::optional<Connection> latest_connection(const TenantId& tenant,
                                                      const std::string& email) = 0;
  // Every connection whose consent is agreed, in a stable order; `email` narrows it (exact,
  // case-folded).
  virtual void each_connected(const TenantId& tenant, const std::optional<std::string>& email,
                              const std::function<void(const Connection&)>& visit) = 0;
  // How many those are, and a part of them in the same order: without walking the rest.
  virtual std::size_t count_connected(const TenantId& tenant) = 0;
  virtual std::vector<Connection> connected(const TenantId& tenant, std::size_t offset,
                                            std::size_t limit) = 0;

  // --- sessions ---
  // False when the organisation already has a session of that caller_id (compared without case).
  virtual bool add_session(const Session& session) = 0;
  // Compare-and-swap on `version`; false when somebody else saved first.
  virtual bool save_session(const Session& before, const Session& after) = 0;
  virtual std::optional<Session> session(const SessionId& id) = 0;
  // Whoever follows that session hears, once this is committed, that something about it has
  // changed. Saving it does this already.
  virtual void announce(const SessionId& /*id*/) {}
  virtual std::optional<Session> session_by_caller_id(const TenantId& tenant,
                                                      const std::string& caller_id) = 0;
  // It goes with everything it holds at the next sweep after `at`.
  virtual void erase_session(const SessionId& id, Time at) = 0;
  virtual void drop_connection(const Id& id) = 0;
  // Leaves neither name nor address with that invitation and the letter it began with: it stays as
  // a serial that was given.
  virtual void forget_addressee(const GrantId& invitation) = 0;
  virtual std::optional<SessionId> session_of_step(const Id& step) = 0;
  // Oldest first. Steps are not loaded.
  virtual std::vector<Session> sessions(const TenantId& tenant, const SessionFilter& filter,
                                        const Page& page) = 0;

  // --- by what a document or a picture is known again ---
  // They go when the session does.
  virtual void add_trace(const Trace& trace, const SessionId& session) = 0;
  // Sessions that are there at `now` and have that trace of somebody else, some of them: at most
  // twice `limit`.
  virtual std::vector<SessionId> traced_to_others(const Trace& trace, Time now,
                                                  std::size_t limit) = 0;

  // --- what receipts need (onboard/receipt.hpp) ---
  // Goes with the session, and leaves nothing of itself behind.
  virtual void keep_receipt_seed(const SessionId& id, const Digest& seed) = 0;
  virtual std::optional<Digest> receipt_seed(const SessionId& id) = 0;
  // The text of that digest; keeping it again changes nothing.
  virtual void keep_consent_texts(const Digest& digest, const std::string& text) = 0;
  virtual std::optional<std::string> consent_texts(const Digest& digest) = 0;

  // --- files on their way in pieces ---
  virtual void add_parcel(const Parcel& parcel) = 0;
  virtual std::optional<Parcel> parcel(const Id& id) = 0;
  // Compare-and-swap on what was received; false when the piece does not follow it, or the parcel
  // was joined.
  virtual bool add_piece(const Id& parcel, const Piece& piece) = 0;
  // In order.
  virtual std::vector<Piece> pieces(const Id& parcel) = 0;
  // All of it is there and became that upload; the sweep takes its pieces.
  virtual void join_parcel(const Id& parcel, const Id& upload, const Id& step_id) = 0;
  // Those for the same picture of the same step that are not joined expire now.
  virtual void give_up_parcels(const Parcel& like, Time now) = 0;

  // Those of `files` (names in the blob folder) that no upload and no piece has any more. A ledger
  // that cannot tell names none, so that nothing is removed.
  virtual std::vector<std::string> knows_files(const std::vector<std::string>& /*files*/) {
    return {};
  }

  // --- rules of decisions (journey/rules.hpp) ---
  // Each text once; who keeps it again changes nothing.
  virtual void keep_rules(const Digest& digest, const std::string& text, Time now) = 0;
  virtual std::optional<std::string> rules(const Digest& digest) = 0;

  // --- enrolments ---
  virtual void add_enrolment(const Enrolment& enrolment) = 0;
  virtual bool save_enrolment(const Enrolment& enrolment) = 0;
  virtual std::optional<Enrolment> enrolment(const Id& id) = 0;
  virtual std::optional<Enrolment> enrolment_of(const SessionId& session) = 0;

  // --- letters ---
  virtual void add_letter(const Letter& letter) = 0;
  // Takes due letters and postpones them to `until`, so that a second worker or a crash does not
  // send them at once again.
  virtual std::vector<Letter> claim_letters(Time now, Time until, std::size_t limit) = 0;
  virtual bool save_letter(const Letter& letter) = 0;
  // Of one organisation or of all. The queue comes in the order it will be sent, the rest newest
  // first.
  virtual std::vector<Letter> letters(const std::optional<TenantId>& tenant,
                                      const std::optional<LetterState>& state,
                                      const Page& page) = 0;
  virtual std::optional<Letter> letter(const Id& id) = 0;
  // When the next letter is due; nothing when none is queued.
  virtual std::optional<Time> next_letter_due() = 0;

  // --- alarms, dev inbox, settings of this installation ---
  // The same thing about the same session or grant again counts on the alarm that is there.
  virtual void add_alarm(const Alarm& alarm) = 0;
  // The one that was first raised last comes first.
  virtual std::vector<Alarm> alarms(const std::optional<TenantId>& tenant, const Page& page) = 0;
  virtual void add_mail(const Mail& mail) = 0;
  virtual std::vector<Mail> mails() = 0;  // newest first
  virtual void clear_mails() = 0;
  virtual std::optional<std::string> setting(const std::string& name) = 0;
  virtual void set_setting(const std::string& name, const std::string& value) = 0;

  // --- budgets (onboard/limiter.hpp) ---
  // Until when that budget is used; nothing when it never was, or no longer is.
  virtual std::optional<Time> budget(const Id& key) = 0;
  // Moves that time on. It never goes back: an earlier time than the one remembered changes
  // nothing.
  virtual void raise_budget(const Id& key, Time until) = 0;

  // --- the console (onboard/office.hpp) ---
  virtual Office& office() = 0;
  virtual Survey& survey() = 0;

  // --- an engine's checks (onboard/check.hpp) ---
  virtual Checks& checks() = 0;

  // --- back ends that hear of their sessions (onboard/webhook.hpp) ---
  virtual Webhooks& webhooks() = 0;

  // --- answers under an Idempotency-Key (onboard/repeat.hpp) ---
  virtual std::optional<KeptAnswer> answer(const Digest& row) = 0;
  // In the place of an older one of that row.
  virtual void keep_answer(const KeptAnswer& answer) = 0;

  // Removes at most `limit` rows of that part whose time is over.
  virtual Swept sweep_part(SweepPart part, Time now, std::size_t limit) = 0;
  // Every part in one job, for tests: what throws in one undoes them all.
  Swept sweep(Time now, std::size_t limit) {
    Swept swept;
    for (std::size_t i = 0; i < sweep_parts.size(); ++i) {
      Swept part = sweep_part(static_cast<SweepPart>(i), now, limit);
      swept.rows += part.rows;
      swept.files.insert(swept.files.end(), part.files.begin(), part.files.end());
    }
    return swept;
  }
};

}  // namespace limen::onboard
