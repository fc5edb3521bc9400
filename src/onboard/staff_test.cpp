// Staff and their sign-in: links that work once, codes that work once, sessions that end, and
// strangers who lock nobody out.
#include "onboard/staff.hpp"

#include "onboard/desk_test.hpp"
#include "onboard/sign_in.hpp"
#include "seal/totp.hpp"

namespace limen::onboard {
namespace {

class StaffTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    settings_.password_cost = {8, 1};
    Desk d = desk();
    owner_ = add_ready_member(d, ours_,
                              {{"Ada@ours.example", "Ada", Role::owner},
                               "the owner's password",
                               Bytes(seal::totp_secret_bytes, 7)});
  }
  std::string code(const Bytes& seed, int later = 0) const {
    return seal::totp_code(seed, seal::totp_step_of(now_) + static_cast<std::uint64_t>(later));
  }
  std::string owners_code() const { return code(Bytes(seal::totp_secret_bytes, 7)); }
  static Who owner_who() { return {Actor::staff, {}, "ada@ours.example"}; }
  static Seat seat(std::string_view from = "192.0.2.1", std::optional<Mark> mark = {}) {
    return {*parse_address(from), mark, "test"};
  }
  Result<seal::Secret> password(const std::string& email, const std::string& password,
                                const Seat& where, const std::string& organisation = {}) {
    Desk d = desk();
    const PasswordForm form{email, password, organisation};
    const auto checked = prepare_sign_in(d, form, where);
    if (!checked) return std::unexpected(checked.error());
    return begin_sign_in(d, *checked, form, where);
  }
  Result<Entered> enter_owner(const Seat& where = seat()) {
    const auto ticket = password("ada@OURS.example", "the owner's password", where);
    if (!ticket) return std::unexpected(ticket.error());
    Desk d = desk();
    return finish_sign_in(d, ticket->reveal(), {owners_code(), {}}, where);
  }
  std::string_view code_of(const Problem& problem) { return problem.code; }

  Member owner_;
};

TEST_F(StaffTest, a_password_and_a_code_open_a_session_that_ends) {
  const auto entered = enter_owner();
  ASSERT_TRUE(entered);
  Desk d = desk();
  EXPECT_TRUE(by_console(d, entered->cookie.reveal()));
  EXPECT_TRUE(is_confirmed(entered->session, now_));
  advance(std::chrono::minutes{5});
  EXPECT_FALSE(is_confirmed(entered->session, now_));
  Desk later = desk();
  EXPECT_TRUE(by_console(later, entered->cookie.reveal()));
  EXPECT_FALSE(by_console(later, std::string(entered->cookie.reveal()) + "x"));
  EXPECT_FALSE(by_console(later, entered->device.reveal())) << "a mark is no session";
  advance(std::chrono::minutes{26});
  Desk idle = desk();
  EXPECT_FALSE(by_console(idle, entered->cookie.reveal())) << "idle, for nobody notes who comes";
}

TEST_F(StaffTest, who_comes_is_not_idle_but_twelve_hours_are_the_end) {
  const auto entered = enter_owner();
  ASSERT_TRUE(entered);
  Presence presence;
  for (int i = 0; i < 28; ++i) {
    advance(std::chrono::minutes{25});
    Desk d = desk();
    d.presence = &presence;
    EXPECT_TRUE(by_console(d, entered->cookie.reveal())) << i;
  }
  advance(std::chrono::minutes{25});
  Desk d = desk();
  d.presence = &presence;
  EXPECT_FALSE(by_console(d, entered->cookie.reveal()));
  EXPECT_FALSE(presence.sessions.take(now_).empty());
}

TEST_F(StaffTest, a_code_is_taken_once) {
  ASSERT_TRUE(enter_owner());
  const auto again = enter_owner();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().field, "code");
  advance(seal::totp_step);
  EXPECT_TRUE(enter_owner());
}

TEST_F(StaffTest, unknown_wrong_and_disabled_are_one) {
  const auto unknown = password("nobody@ours.example", "the owner's password", seat());
  const auto wrong = password("ada@ours.example", "another password", seat());
  Member disabled = owner_;
  disabled.state = StaffState::disabled;
  ledger_->office().save_member(disabled);
  const auto off = password("ada@ours.example", "the owner's password", seat());
  for (const auto* one : {&unknown, &wrong, &off}) {
    ASSERT_FALSE(*one);
    EXPECT_EQ(one->error().code, codes::unauthenticated);
    EXPECT_EQ(one->error().detail, unknown.error().detail);
    EXPECT_EQ(one->error().field, "");
  }
}

TEST_F(StaffTest, an_address_of_two_organisations_says_which) {
  Desk d = desk();
  add_ready_member(d, theirs_,
                   {{"ada@ours.example", "Ada", Role::read_only},
                    "the other password",
                    Bytes(seal::totp_secret_bytes, 8)});
  EXPECT_FALSE(password("ada@ours.example", "the owner's password", seat()));
  EXPECT_TRUE(password("ada@ours.example", "the owner's password", seat(), "ours"));
  EXPECT_TRUE(password("ada@ours.example", "the other password", seat(), "theirs"));
  EXPECT_FALSE(password("ada@ours.example", "the other password", seat(), "nowhere"));
}

// Whoever owns another organisation may take in any address, and finish the sign-up alone.
TEST_F(StaffTest, a_device_that_is_known_says_which_organisation) {
  const auto entered = enter_owner();
  ASSERT_TRUE(entered);
  const auto mark = read_device_mark(sealer_, now_, entered->device.reveal());
  Desk d = desk();
  add_ready_member(d, theirs_,
                   {{"ada@ours.example", "Eve", Role::owner},
                    "eve's password",
                    Bytes(seal::totp_secret_bytes, 8)});
  EXPECT_TRUE(password("ada@ours.example", "the owner's password", seat("192.0.2.1", mark)));
  EXPECT_FALSE(password("ada@ours.example", "eve's password", seat("192.0.2.1", mark)));
  EXPECT_TRUE(password("ada@ours.example", "eve's password", seat("192.0.2.1", mark), "theirs"));
  EXPECT_FALSE(password("other@ours.example", "the owner's password", seat("192.0.2.1", mark)));
  owner_ = *ledger_->office().member(owner_.id);
  owner_.state = StaffState::disabled;
  ledger_->office().save_member(owner_);
  EXPECT_TRUE(password("ada@ours.example", "eve's password", seat("192.0.2.1", mark)));
}

TEST_F(StaffTest, an_address_may_be_of_any_number_of_organisations) {
  Desk d = desk();
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string handle(1, c);
    const std::string prefix{'Q', static_cast<char>(c - 'a' + 'A')};
    const Organisation other = *create_organisation(d, {handle, handle, prefix});
    add_ready_member(d, other.id,
                     {{"ada@ours.example", "Ada", Role::read_only},
                      "the password of " + handle,
                      Bytes(seal::totp_secret_bytes, 8)});
  }
  EXPECT_TRUE(password("ada@ours.example", "the password of z", seat(), "z"));
  EXPECT_FALSE(password("ada@ours.example", "the password of y", seat(), "z"));
  EXPECT_TRUE(password("ada@ours.example", "the owner's password", seat(), "ours"));
}

TEST_F(StaffTest, an_invitation_from_elsewhere_asks_nobody_for_an_organisation) {
  Desk d = desk();
  ASSERT_TRUE(add_member(d, theirs_, {Actor::staff, {}, "eve@theirs.example"},
                         {"ada@ours.example", "Ada", Role::owner}));
  EXPECT_TRUE(password("ada@ours.example", "the owner's password", seat()));
}

TEST_F(StaffTest, strangers_do_not_lock_out_who_signed_in_before) {
  const auto entered = enter_owner();
  ASSERT_TRUE(entered);
  const auto device = read_device_mark(sealer_, now_, entered->device.reveal());
  ASSERT_TRUE(device);
  EXPECT_FALSE(read_device_mark(sealer_, now_ + std::chrono::days{181}, entered->device.reveal()));
  EXPECT_FALSE(read_device_mark(sealer_, now_, entered->cookie.reveal()));
  // A thousand wrong passwords from a hundred networks.
  for (int i = 0; i < 1000; ++i)
    password("ada@ours.example", "guess", seat("198.51.100." + std::to_string(i % 100)));
  const auto told = ledger_->office().audit(ours_, {.what = "sign_in_failed"}, {.limit = 1000});
  EXPECT_GT(told.size(), 5U);
  EXPECT_LT(told.size(), 100U) << "strangers fill no trail";
  advance(seal::totp_step);
  EXPECT_TRUE(enter_owner(seat("203.0.113.5", device))) << "a device that is known";
  advance(seal::totp_step);
  EXPECT_TRUE(enter_owner(seat("203.0.113.5"))) << "and a new one, whose network failed seldom";
  const auto guess = password("ada@ours.example", "guess", seat("198.51.100.7"));
  ASSERT_FALSE(guess);
  EXPECT_EQ(guess.error().code, codes::too_many_guesses);
}

// Whoever may sign in somewhere could else draw marks by the hundred and guess at everybody's
// codes.
TEST_F(StaffTest, a_device_s_mark_counts_for_who_signed_in_from_it_alone) {
  const auto mine = enter_owner();
  ASSERT_TRUE(mine);
  const auto mark = read_device_mark(sealer_, now_, mine->device.reveal());
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->member, owner_.id);
  Id eve;
  eve.bytes[15] = 77;
  const Seat eves = seat("192.0.2.9", Mark{mark->device, eve});
  std::string_view last;
  for (int i = 0; i < 11; ++i) {
    const auto ticket = password("ada@ours.example", "the owner's password", eves);
    ASSERT_TRUE(ticket);
    Desk later = desk();
    last = finish_sign_in(later, ticket->reveal(), {"000000", {}}, eves).error().code;
  }
  EXPECT_EQ(last, codes::too_many_guesses) << "the account's budget, not the device's";
  advance(seal::totp_step);
  const auto again = enter_owner(seat("192.0.2.1", mark));
  ASSERT_TRUE(again) << "her own device feels nothing of it";
  EXPECT_EQ(read_device_mark(sealer_, now_, again->device.reveal())->device, mark->device);
  // Another member on her machine is given a mark of another device.
  Desk there = desk();
  const Entered other = enter(there, *ledger_->office().member(owner_.id), eves);
  EXPECT_NE(read_device_mark(sealer_, now_, other.device.reveal())->device, mark->device);
}

TEST_F(StaffTest, wrong_codes_run_out) {
  std::string_view last;
  for (int i = 0; i < 11; ++i) {
    const auto ticket = password("ada@ours.example", "the owner's password", seat());
    ASSERT_TRUE(ticket);
    Desk d = desk();
    last = finish_sign_in(d, ticket->reveal(), {"000000", {}}, seat()).error().code;
  }
  EXPECT_EQ(last, codes::too_many_guesses);
}

TEST_F(StaffTest, a_ticket_is_void_when_forged_over_or_the_password_is_another) {
  const auto ticket = password("ada@ours.example", "the owner's password", seat());
  ASSERT_TRUE(ticket);
  Desk d = desk();
  EXPECT_FALSE(finish_sign_in(d, "lmn_signin_nothing", {owners_code(), {}}, seat()));
  Member changed = owner_;
  changed.password = "another";
  ledger_->office().save_member(changed);
  EXPECT_FALSE(finish_sign_in(d, ticket->reveal(), {owners_code(), {}}, seat()));
  ledger_->office().save_member(owner_);
  advance(std::chrono::minutes{5});
  Desk late = desk();
  const auto over = finish_sign_in(late, ticket->reveal(), {owners_code(), {}}, seat());
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, codes::token_expired);
}

TEST_F(StaffTest, a_link_works_once_and_gives_recovery_codes_that_do) {
  Desk d = desk();
  const auto linked =
      add_member(d, ours_, owner_who(), {"Rita@ours.example", "Rita", Role::reviewer});
  ASSERT_TRUE(linked);
  const std::string token(linked->token.reveal());
  const auto look = look_at_link(d, token);
  ASSERT_TRUE(look);
  EXPECT_EQ(look->seed, look_at_link(d, token)->seed) << "looking changes nothing";
  // As an authenticator would, from the seed itself.
  Bytes context(look->member.id.bytes.begin(), look->member.id.bytes.end());
  context.insert(context.end(), look->member.link.bytes.begin(), look->member.link.bytes.end());
  const auto bits = sealer_.derive("staff/seed", context);
  const Bytes seed(bits.begin(), bits.begin() + seal::totp_secret_bytes);
  EXPECT_EQ(seal::base32(seed), look->seed);
  const SignUpForm form{token, "a password of hers", code(seed)};
  EXPECT_EQ(prepare_sign_up(d, {token, "short", code(seed)}).error().field, "password");
  EXPECT_EQ(prepare_sign_up(d, {token, "rita@OURS.example", code(seed)}).error().field, "password");
  EXPECT_EQ(prepare_sign_up(d, {token, "a password of hers", "000000"}).error().field, "code");
  const auto hash = prepare_sign_up(d, form);
  ASSERT_TRUE(hash);
  const auto done = finish_sign_up(d, form, *hash);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->recovery_codes.size(), 10U);
  EXPECT_FALSE(look_at_link(d, token));
  EXPECT_FALSE(finish_sign_up(d, form, *hash));
  Member rita = *ledger_->office().member(done->member.id);
  EXPECT_FALSE(take_code(d, rita, code(seed))) << "the sign-up used it";
  EXPECT_TRUE(take_recovery_code(d, rita, done->recovery_codes[3]));
  EXPECT_FALSE(take_recovery_code(d, rita, done->recovery_codes[3]));
  EXPECT_FALSE(take_recovery_code(d, rita, "!"));
  EXPECT_EQ(rita.recovery.size(), 9U);
}

TEST_F(StaffTest, a_link_ends_with_its_time_and_with_the_next_one) {
  Desk d = desk();
  const auto linked =
      add_member(d, ours_, owner_who(), {"rita@ours.example", "Rita", Role::reviewer});
  ASSERT_TRUE(linked);
  const auto second = link_member(d, ours_, owner_who(), linked->member.id);
  ASSERT_TRUE(second);
  EXPECT_FALSE(look_at_link(d, linked->token.reveal()));
  EXPECT_TRUE(look_at_link(d, second->token.reveal()));
  advance(std::chrono::days{3});
  Desk late = desk();
  EXPECT_FALSE(look_at_link(late, second->token.reveal()));
  EXPECT_FALSE(link_member(late, theirs_, owner_who(), linked->member.id)) << "Law 10";
}

TEST_F(StaffTest, what_is_refused_about_a_member) {
  Desk d = desk();
  const auto problem = [&](const NewMember& input) {
    return add_member(d, ours_, owner_who(), input).error();
  };
  EXPECT_EQ(problem({"ada", "Ada", Role::owner}).field, "email");
  EXPECT_EQ(problem({"eve@ours.example", " ", Role::owner}).field, "name");
  EXPECT_EQ(problem({"ADA@ours.example", "Ada", Role::owner}).code, codes::conflict);
  const auto change = [&](const MemberChange& to) {
    return change_member(d, ours_, owner_who(), owner_.id, to);
  };
  EXPECT_EQ(change({{}, Role::reviewer, {}}).error().code, codes::conflict) << "the last owner";
  EXPECT_EQ(change({{}, {}, StaffState::disabled}).error().code, codes::conflict);
  EXPECT_EQ(change({{}, {}, StaffState::invited}).error().field, "state");
  EXPECT_EQ(change({"", {}, {}}).error().field, "name");
  EXPECT_EQ(change_member(d, theirs_, owner_who(), owner_.id, {}).error().code, codes::absent);
  EXPECT_EQ(link_member(d, ours_, owner_who(), owner_.id).error().code, codes::conflict);
  EXPECT_TRUE(link_member(d, ours_, {Actor::key, {}, "operator"}, owner_.id)) << "by the server's";
}

TEST_F(StaffTest, another_role_ends_the_sessions) {
  const auto entered = enter_owner();
  ASSERT_TRUE(entered);
  Desk d = desk();
  add_ready_member(d, ours_,
                   {{"second@ours.example", "Second", Role::owner},
                    "irrelevant pass",
                    Bytes(seal::totp_secret_bytes, 9)});
  ASSERT_TRUE(change_member(d, ours_, owner_who(), owner_.id, {"Ada L.", {}, {}}));
  EXPECT_TRUE(by_console(d, entered->cookie.reveal())) << "a name is no right";
  ASSERT_TRUE(change_member(d, ours_, owner_who(), owner_.id, {{}, Role::reviewer, {}}));
  EXPECT_FALSE(by_console(d, entered->cookie.reveal()));
}

TEST_F(StaffTest, what_each_role_may) {
  struct Row {
    Role role;
    bool look, handle, own;
  };
  for (const Row& row : {Row{Role::owner, true, true, true}, Row{Role::reviewer, true, true, false},
                         Row{Role::read_only, true, false, false}}) {
    EXPECT_EQ(may(row.role, Duty::look), row.look) << to_string(row.role);
    EXPECT_EQ(may(row.role, Duty::handle), row.handle) << to_string(row.role);
    EXPECT_EQ(may(row.role, Duty::own), row.own) << to_string(row.role);
    EXPECT_EQ(role_of(to_string(row.role)), row.role);
  }
  EXPECT_FALSE(role_of("king"));
}

TEST_F(StaffTest, the_trail_shows_when_a_row_was_altered_or_taken_out) {
  Desk d = desk();
  for (const char* what : {"one", "two", "three"}) note(d, ours_, owner_who(), what, "about", "x");
  note(d, theirs_, owner_who(), "elsewhere");
  Office& office = ledger_->office();
  EXPECT_FALSE(office.broken_audit(ours_));
  EXPECT_FALSE(office.broken_audit(theirs_));
  const auto rows = office.audit(ours_, {}, {10, {}});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].what, "three") << "newest first";
  EXPECT_EQ(office.audit(ours_, {}, {10, rows[1].id}).size(), 1U);
  AuditFilter two;
  two.what = "two";
  EXPECT_EQ(office.audit(ours_, two, {10, {}}).size(), 1U);
  two.about = "nothing";
  EXPECT_TRUE(office.audit(ours_, two, {10, {}}).empty());
  connection_->script("UPDATE audit SET detail = 'y' WHERE what = 'two'");
  EXPECT_EQ(office.broken_audit(ours_), rows[1].id);
  connection_->script("UPDATE audit SET detail = 'x' WHERE what = 'two'");
  EXPECT_FALSE(office.broken_audit(ours_));
  connection_->script("DELETE FROM audit WHERE what = 'two'");
  EXPECT_EQ(office.broken_audit(ours_), rows[0].id);
}

TEST(Presence, writes_each_once_in_its_time) {
  Seen seen{Seconds{60}};
  const Time start = from_ms(1'763'748'000'000);
  Id id;
  id.bytes[0] = 1;
  EXPECT_FALSE(seen.of(id));
  seen.note(id, start);
  EXPECT_EQ(seen.of(id), start);
  EXPECT_EQ(seen.take(start).size(), 1U);
  seen.note(id, start + Seconds{10});
  EXPECT_TRUE(seen.take(start + Seconds{10}).empty()) << "too soon";
  EXPECT_EQ(seen.take(start + Seconds{60}).size(), 1U);
  EXPECT_TRUE(seen.take(start + Seconds{300}).empty());
  EXPECT_FALSE(seen.of(id)) << "forgotten once it is written and old";
}

}  // namespace
}  // namespace limen::onboard
