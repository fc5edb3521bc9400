// The reference model: what every answer has to be, said once more in plain maps and from the
// contract, not from the engine. It knows which secret was issued for what, until when, and what
// was done with it; it parses no secret, shares no rule with src/, and knows no SQL. An answer that
// differs from its word is a divergence, whichever of the two is wrong.
#pragma once

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "sim/request.hpp"

namespace limen::sim {

enum class Class : std::uint8_t {
  client,
  key,
  access,
  device,
  invitation,
  credential,
  link,
  phone,  // rights, in a tree
  connection,
  nonce,
  temp_token,
  enrolment,
  reference,  // texts bound to a person or session
};

class Model {
 public:
  struct Right {
    Class cls;
    std::size_t org;
    int parent;  // index, or -1
    std::string id;
    Time created, expires;
    std::string scopes{};
    bool revoked = false, gone = false, used = false;
    std::size_t session = 0;  // of a link or phone
    bool nameless = false;    // an invitation that is over and stays for its serial
    bool may(std::string_view scope) const;
  };
  struct Invitation {
    int right;
    std::string email, code;
    int missed = 0, letters = 1;
    bool used = false;
  };
  struct Person {
    std::string id;
    std::size_t invitation;
    Time updated;
    bool agreed = false, gone = false;
  };
  struct Step {
    std::string name;
    seal::Digest body;
    std::vector<std::string> out;
    Time at;
    std::vector<std::pair<std::string, std::vector<std::string>>> files{};  // kind + bytes → answer
    std::vector<Time> received{};
  };
  // What the rules of a skill make of a session that holds no document.
  enum class Course : std::uint8_t { passes, waits, fails };
  struct Verdict {
    bool approves = false;
    std::string by, reason;
    Time at{};
  };
  struct Session {
    std::string id, skill, caller_id;
    int owner;
    journey::Door door;
    Time expires;
    Course course;  // by the rules it began under
    int state = 0;  // as the wire counts: 0 open, 1 completed, 2 approved, 3 rejected, 5 expired
    std::vector<Step> steps{};
    std::optional<Time> completed{}, settled{}, erase{}, deleted{};
    seal::Digest settle_body{};
    std::vector<std::string> credential{};  // credentials_id and its access_token
    Time retention_ends{};
    bool gone = false, enrolment_gone = false;
    bool erased = false;               // somebody asked for it; the sweep takes what is left
    std::optional<Verdict> verdict{};  // of the first person who decided
    int person = -1;                   // of who was invited and went on: who
    bool was_withdrawn = false;        // and did not agree for a while
  };
  struct Hook {
    std::size_t org;
    std::string id;
    std::vector<std::string> secrets;  // the newest last
    std::string events;
    Time previous_until{};  // until then the secret before signs, too
    bool active = true, removed = false;
  };
  // What a webhook has to hear once at least, word for word.
  struct Notice {
    std::size_t hook, session;
    std::string event, body;
    Time created;
    bool is_refused = false;  // for good: told again to nobody
  };
  struct Shown {
    Class cls;
    std::size_t of;  // right, person or session
    std::size_t part = 0;
    Time expires = never;
  };

  // What is used of a budget drains evenly; `ever` never does.
  struct Bucket {
    Millis level{}, unit{};
    Time at{};
    std::uint32_t ever = 0;
    Time next(Time now) const;  // when a unit more will be back
  };
  struct Quotas {
    std::uint32_t network = 30, block = 300, organisation = 5'000, overall = 20'000;
    std::uint32_t letters = 50'000, letters_to_person = 5;
  };

  // Nothing when `a` is the answer that had to come; otherwise what is wrong with it.
  std::optional<std::string> judge(const Request& r, const Answer& a, Time now);
  void sweep(Time now);
  // It was looked at, which the house has put down now.
  void start(const std::string& session, Time now);
  // The house knows that nobody is there any more, as was said when that notice came.
  void note_gone(std::size_t notice, Time now);
  // A letter is leaving with this code: whether it may. Being locked does not stop it.
  bool may_send(const std::string& code, Time now) const;
  // Whether that may still be told, if it was not: there is somebody to tell, and about.
  bool is_due(const Notice& notice) const;
  // As a back end of s4 is told it; that of s3 is told numbers.
  std::string status_of(const Session& s, Time now) const;
  static std::string number_of(const std::string& status);
  bool is_live(int right, Time now) const;
  bool is_revoked(int right) const;
  bool is_unused(const Invitation& i, Time now) const;
  bool is_issued(const Invitation& i, Time now) const;
  // Whether who is on their way may go on, and whether anybody else may know of it.
  bool is_open_to_owner(const Session& s, Time now) const;
  bool is_shared(const Session& s) const;
  // How many answers the store has to have kept that still count.
  std::size_t answers(Time now) const;
  // Until when each budget is used that still is, in order: as the store has to remember it.
  std::vector<Time> budgets(Time now) const;

  std::vector<Right> rights;
  std::vector<Invitation> invitations;
  std::vector<Person> people;
  std::vector<Session> sessions;
  std::vector<std::string> organisations;  // as the wire names them
  std::vector<Hook> hooks;
  std::string onward;                   // the skill of who has agreed; empty: nothing follows
  std::map<std::string, Course> rules;  // of a skill, as its file stands now
  std::vector<Notice> notices;
  std::unordered_map<std::string, Shown> secrets;
  std::map<std::string, int> by_id;  // rights
  std::map<std::string, Bucket> buckets;
  Quotas quotas;
  std::uint64_t opened_locked = 0, repeated = 0;
  struct Kept {
    seal::Digest asked{};
    std::vector<std::string> out{};
    Time until{};
  };
  std::map<std::tuple<int, Verb, std::string>, Kept> kept;  // whose, for what, under which key
  struct Alarm {
    std::uint64_t count = 0;
    Time at{};
  };
  std::map<std::tuple<int, std::string, std::string>, Alarm> alarms;  // organisation, what, about

 private:
  bool rule(const Request& r, const Answer& a);
  bool rule_once(const Request& r, const Answer& a);
  int asker(const Request& r) const;
  bool invite(const Request& r, const Answer& a);
  bool lend(const Request& r, const Answer& a);
  bool query(const Request& r, const Answer& a);
  bool open(const Request& r, const Answer& a);
  bool consent(const Request& r, const Answer& a);
  void go_on(std::size_t person, const Answer& a);
  int onward_of(std::size_t person) const;  // the session, or -1
  bool leads_back(std::size_t invitation) const;
  void note_way_on(std::size_t at, const Answer& a, std::size_t first);
  bool answer(const Request& r, const Answer& a);
  bool answer_own(const Request& r, const Answer& a);
  bool submit(std::size_t at, const Request& r, const Answer& a);
  bool attach(std::size_t at, std::size_t step, const Request& r, const Answer& a);
  bool settle(const Request& r, const Answer& a);
  bool credential(const Request& r, const Answer& a);
  bool begin(const Request& r, const Answer& a, int owner, journey::Door door);
  bool look(const Request& r, const Answer& a);
  bool oauth(const Request& r, const Answer& a);
  bool make_key(const Request& r, const Answer& a);
  bool operate(const Request& r);
  bool offer(const Request& r, const Answer& a);
  bool cross(const Request& r, const Answer& a);
  bool listen(const Request& r, const Answer& a);
  bool review(const Request& r, const Answer& a);
  void tell(std::size_t at, const std::string& event);
  void add_way(Class cls, std::size_t at, const std::string& text, Time expires);
  int newest_way(Class cls, std::size_t at) const;
  int phone_state(std::size_t at) const;  // 0 none, 1 waiting, 2 connected
  const Shown* open_link(const std::string& text) const;
  void complete_if_done(std::size_t at, const std::string& temp_token);

  const Shown* shown(const std::string& text, Class cls) const;
  int caller(const std::string& text, std::initializer_list<Class> classes,
             std::string_view scope) const;  // the right, or -1
  int client_key(const Request& r, std::string_view scope) const;
  int client_of(int right) const;
  bool is_live_client(const std::string& id, int owner) const;
  std::optional<std::size_t> own_session(const Request& r,
                                         std::initializer_list<Class> classes) const;
  std::optional<std::size_t> session(const std::string& id, std::size_t org) const;
  int latest(std::size_t org, const std::string& email) const;
  int add_right(Right right);
  void fresh(const std::string& text, Shown what);
  void same(const Answer& a, const std::vector<std::string>& before);
  void alarm(int org, const std::string& what, const std::string& about);

  struct Budget {
    std::string key;
    std::uint32_t quota;
    Millis unit;  // comes back in this time
  };
  Budget of_network(const std::string& from) const;
  Budget of_block(const std::string& from) const;
  Budget of_organisation(int org) const;
  Budget overall() const;
  Millis level(const Budget& budget) const;
  std::uint32_t used(const Budget& budget) const;
  std::uint32_t ever(const Budget& budget) const;
  bool charge(const Budget& budget);  // whether it is used up now
  bool must_wait(const std::string& from, int org) const;
  bool is_open_to(int invitation, const std::string& from) const;
  bool is_innocent(int invitation, const std::string& from) const;
  void fail(const std::string& from, int org, int named, int coded);
  void miss(int invitation);
  bool may_write(std::size_t org, const std::string& email, bool is_known);
  std::size_t org_of(const Session& s) const { return rights[std::size_t(s.owner)].org; }

  Time now_{};
  std::string wrong_;
  std::string_view limited_;  // by which budget, or key, the answer has to be a refusal
};

}  // namespace limen::sim
