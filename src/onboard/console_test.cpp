// What the console works with: searches that mean what the states mean, figures that add up, tables
// read in with a dry run, keys rotated with an overlap, and colours that can be read.
#include <cmath>

#include "base/problem_codes_console.hpp"
#include "base/text.hpp"
#include "onboard/appearance.hpp"
#include "onboard/desk_test.hpp"
#include "onboard/import.hpp"

namespace limen::onboard {
namespace {

class ConsoleTest : public DeskTest {
 protected:
  Caller inviter(const Id& tenant) { return holder(tenant, {"onboarding:write"}).caller; }
  Grant invited(const Caller& caller, const std::string& email) {
    Desk d = desk();
    return invite(d, caller, {email, "Ada", "Lovelace"})->grant;
  }
  Found search(const InvitationSearch& what, SearchPage page = {100, {}}) {
    return ledger_->survey().invitations(ours_, what, now_, page);
  }
  Session opened(std::string external, journey::State state,
                 std::optional<journey::Level> level = {}) {
    Session session;
    session.id = seal::draw_id(entropy_, now_);
    session.tenant = ours_;
    session.skill = "loan";
    session.external_id = std::move(external);
    session.created = session.updated = now_;
    session.expires = now_ + std::chrono::days{14};
    session.state = state;
    if (level) {
      session.decision = journey::Decision{*level, "1", {}, now_};
      session.completed = now_ + Seconds{90};
    }
    journey::Step step;
    step.id = seal::draw_id(entropy_, now_);
    step.name = "form";
    step.submitted = now_;
    session.steps.push_back(step);
    ledger_->add_session(session);
    return session;
  }
};

TEST_F(ConsoleTest, a_state_searched_for_is_the_state_shown) {
  const Caller caller = inviter(ours_);
  std::vector<Grant> all;
  for (const char* name : {"issued", "used", "revoked", "locked", "expired"})
    all.push_back(invited(caller, std::string(name) + "@example.com"));
  ledger_->spend(all[1].id, grant::Scope::complete, {}, now_);
  ledger_->revoke(all[2].id, now_);
  for (int i = 0; i < 10; ++i) ledger_->miss(all[3].id);
  ledger_->shorten(all[4].id, now_);
  invited(inviter(theirs_), "issued@example.com");
  for (const auto state : {InvitationState::issued, InvitationState::used, InvitationState::revoked,
                           InvitationState::locked, InvitationState::expired}) {
    InvitationSearch what;
    what.state = state;
    const auto found = search(what);
    ASSERT_EQ(found.ids.size(), 1U) << to_string(state);
    EXPECT_FALSE(found.next);
    const auto grant = ledger_->grant(found.ids[0]);
    EXPECT_EQ(state_of(*grant, now_), state);
    EXPECT_EQ(invitee_of(*grant).email, lower_ascii(to_string(state)) + "@example.com");
  }
}

TEST_F(ConsoleTest, invitations_are_found_by_address_and_time) {
  const Caller caller = inviter(ours_);
  const Grant first = invited(caller, "Ann@example.com");
  advance(Seconds{3600});
  const Grant second = invited(caller, "anna@example.com");
  InvitationSearch what;
  what.email = "ann@example.com";
  EXPECT_EQ(search(what).ids, std::vector<Id>{first.id});
  what = {};
  what.prefix = "ann";
  EXPECT_EQ(search(what).ids, (std::vector<Id>{second.id, first.id}));
  what.from = second.created;
  EXPECT_EQ(search(what).ids, std::vector<Id>{second.id});
  what.from.reset();
  what.to = second.created;
  EXPECT_EQ(search(what).ids, std::vector<Id>{first.id});
  const auto page = search({}, {1, {}});
  EXPECT_EQ(page.next, second.id);
  EXPECT_EQ(search({}, {1, page.next}).ids, std::vector<Id>{first.id});
  EXPECT_EQ(ledger_->survey().first_letter(first).has_value(), true);
}

TEST_F(ConsoleTest, a_status_searched_for_is_the_status_shown) {
  using enum journey::State;
  std::vector<Session> all = {opened("a-1", open),
                              opened("a-2", completed, journey::Level::high),
                              opened("a-3", completed, journey::Level::medium),
                              opened("a-4", completed, journey::Level::low),
                              opened("b-5", approved, journey::Level::medium),
                              opened("b-6", rejected, journey::Level::medium),
                              opened("b-7", expired),
                              opened("b-8", abandoned),
                              opened("", completed)};
  const std::pair<SessionStatus, std::string_view> words[] = {
      {SessionStatus::pending, "PENDING"},
      {SessionStatus::expired, "EXPIRED"},
      {SessionStatus::waiting_for_manual_approve, "WAITING_FOR_MANUAL_APPROVE"},
      {SessionStatus::auto_approved, "AUTO_APPROVED"},
      {SessionStatus::manual_approved, "MANUAL_APPROVED"},
      {SessionStatus::auto_rejected, "AUTO_REJECTED"},
      {SessionStatus::manual_rejected, "MANUAL_REJECTED"}};
  std::size_t found_in_all = 0;
  for (const auto& [status, word] : words) {
    SessionSearch what;
    what.status = status;
    for (const Id& id : ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids) {
      EXPECT_EQ(enrolment_status(*ledger_->session(id), now_), word);
      ++found_in_all;
    }
  }
  EXPECT_EQ(found_in_all, all.size());
  SessionSearch what;
  what.prefix = "b-";
  EXPECT_EQ(ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids.size(), 4U);
  what.level = journey::Level::medium;
  EXPECT_EQ(ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids.size(), 2U);
  what = {};
  what.external_id = "a-1";
  EXPECT_EQ(ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids,
            std::vector<Id>{all[0].id});
  what.door = journey::Door::device;
  EXPECT_TRUE(ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids.empty());
  what = {};
  what.skill = "card";
  EXPECT_TRUE(ledger_->survey().sessions(ours_, what, now_, {100, {}}).ids.empty());
  EXPECT_TRUE(ledger_->survey().sessions(theirs_, {}, now_, {100, {}}).ids.empty());
  const auto page = ledger_->survey().sessions(ours_, {}, now_, {4, {}});
  EXPECT_EQ(page.ids.size(), 4U);
  EXPECT_EQ(ledger_->survey().sessions(ours_, {}, now_, {100, page.next}).ids.size(), 5U);
}

TEST_F(ConsoleTest, figures_add_up) {
  const Caller caller = inviter(ours_);
  const Window week{now_ - std::chrono::days{7}, now_ + std::chrono::hours{1}, Seconds{3600}};
  for (const char* name : {"a", "b", "c"}) invited(caller, std::string(name) + "@example.com");
  opened("", journey::State::completed, journey::Level::high);
  opened("", journey::State::completed, journey::Level::medium);
  opened("", journey::State::open);
  const Figures figures = ledger_->survey().figures(ours_, week);
  EXPECT_FALSE(figures.is_partial);
  EXPECT_EQ(figures.invitations.at(InvitationState::issued), 3U);
  EXPECT_EQ(figures.letters.at(0), 3U) << "queued";
  const SkillFunnel& loan = figures.skills.at("loan");
  EXPECT_EQ(loan.begun, 3U);
  EXPECT_EQ(loan.completed, 2U);
  EXPECT_EQ(loan.submitted, std::vector<std::size_t>{3});
  EXPECT_EQ(figures.levels.at(journey::Level::high), 1U);
  EXPECT_EQ(figures.seconds_to_finish, (std::vector<std::int64_t>{90, 90}));
  EXPECT_EQ(figures.buckets.size(), 7U * 24 + 1);
  EXPECT_EQ(figures.buckets[7 * 24].invited, 3U);
  EXPECT_EQ(figures.buckets[7 * 24].begun, 3U);
  EXPECT_EQ(ledger_->survey().figures(theirs_, week).skills.size(), 0U);
  advance(std::chrono::days{30});
  const Window later{now_ - std::chrono::days{7}, now_, Seconds{3600}};
  EXPECT_TRUE(ledger_->survey().figures(ours_, later).invitations.empty());
}

// A funnel without the steps of older sessions would say that people gave up who did not.
TEST_F(ConsoleTest, figures_say_when_the_steps_of_others_left_no_room) {
  const Window week{now_ - std::chrono::days{7}, now_ + std::chrono::hours{1}, Seconds{3600}};
  opened("", journey::State::open);
  // 260,000 sessions of others, all but a few of them newer.
  connection_->exec(
      "INSERT INTO steps (session, position, id, name, answers, submitted_ms) "
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 260000) "
      "SELECT randomblob(16), 0, randomblob(16), 'form', '{}', 0 FROM n",
      {});
  const Figures figures = ledger_->survey().figures(ours_, week);
  EXPECT_EQ(figures.skills.at("loan").begun, 1U);
  EXPECT_TRUE(figures.is_partial);
}

TEST_F(ConsoleTest, a_dry_run_says_what_the_run_does) {
  const Caller caller = inviter(ours_);
  settings_.quotas[static_cast<std::size_t>(Budget::letters_organisation)] = 3;
  invited(caller, "there@example.com");
  const std::vector<ImportRow> rows = {
      {2, {"a@example.com", "A", "B"}, true},  {3, {"there@example.com", "A", "B"}, true},
      {4, {"A@example.com", "A", "B"}, true},  {5, {"nobody", "", "B"}, true},
      {6, {"b@example.com", "A", "B"}, false}, {7, {"c@example.com", "A", "B"}, true},
      {8, {"d@example.com", "A", "B"}, true}};
  Desk d = desk();
  const auto dry = import_invitations(d, caller, rows, Run::dry);
  EXPECT_EQ(search({}).ids.size(), 1U) << "nothing was written";
  const auto real = import_invitations(d, caller, rows, Run::real);
  EXPECT_EQ(search({}).ids.size(), 3U);
  EXPECT_EQ(dry.invited, 2U);
  EXPECT_EQ(real.invited, 2U);
  ASSERT_EQ(dry.refused.size(), real.refused.size());
  const std::pair<std::size_t, std::string> want[] = {{3, "already_invited"},
                                                      {4, "duplicate"},
                                                      {5, "isEmail"},
                                                      {6, "columns"},
                                                      {8, "too_many_letters"}};
  for (std::size_t i = 0; i < std::size(want); ++i) {
    EXPECT_EQ(dry.refused[i].line, want[i].first);
    EXPECT_EQ(dry.refused[i].errors[0].rule, want[i].second);
    EXPECT_EQ(real.refused[i].errors[0].rule, want[i].second);
  }
}

TEST_F(ConsoleTest, a_key_that_ends_is_rotated_into_one_that_ends) {
  Desk d = desk();
  const Holder old = holder(ours_, {"ephemeral_device:write"});
  const auto day = create_key(
      d, ours_, {"for a day", {"ephemeral_device:write"}, 86'400, old.caller.grant.parent});
  ASSERT_TRUE(day);
  advance(std::chrono::hours{12});
  Desk later = desk();
  const auto fresh = rotate_key(later, ours_, day->grant.id, {60, {}});
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->issued.grant.terms.expires, now_ + std::chrono::hours{24});
  const auto asked = rotate_key(later, ours_, fresh->issued.grant.id, {60, 3600});
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->issued.grant.terms.expires, now_ + std::chrono::hours{1});
}

TEST_F(ConsoleTest, a_rotated_key_works_until_its_overlap_is_over) {
  const Holder old = holder(ours_, {"ephemeral_device:write"});
  Desk d = desk();
  const auto rotated = rotate_key(d, ours_, old.caller.grant.id, {60, {}});
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->issued.grant.parent, old.caller.grant.parent);
  EXPECT_EQ(rotated->issued.grant.terms.may, old.caller.grant.terms.may);
  cache_.next_epoch();
  Desk now = desk();
  EXPECT_TRUE(by_key(now, old.secret, grant::Scope::lend));
  EXPECT_TRUE(by_key(now, rotated->issued.secret.reveal(), grant::Scope::lend));
  advance(Seconds{60});
  Desk later = desk();
  EXPECT_FALSE(by_key(later, old.secret, grant::Scope::lend));
  EXPECT_TRUE(by_key(later, rotated->issued.secret.reveal(), grant::Scope::lend));
  EXPECT_EQ(rotate_key(later, ours_, old.caller.grant.id, {}).error().code, codes::conflict);
  EXPECT_EQ(rotate_key(later, theirs_, rotated->issued.grant.id, {}).error().code, codes::absent);
  EXPECT_EQ(rotate_key(later, ours_, rotated->issued.grant.id, {-1, {}}).error().field, "overlap");
}

// W3C's own figures: black on white is 21, #767676 on white the least grey that passes.
TEST(Contrast, ratios_are_wcags) {
  EXPECT_NEAR(contrast_ratio("#000000", "#ffffff"), 21, 0.001);
  EXPECT_NEAR(contrast_ratio("#ffffff", "#000000"), 21, 0.001);
  EXPECT_NEAR(contrast_ratio("#767676", "#ffffff"), 4.54, 0.01);
  EXPECT_NEAR(contrast_ratio("#777777", "#ffffff"), 4.48, 0.01);
  EXPECT_NEAR(contrast_ratio("#ff0000", "#ffffff"), 4.0, 0.01);
  EXPECT_NEAR(contrast_ratio("#123456", "#123456"), 1, 0.001);
}

class ThemeTest : public ConsoleTest {
 protected:
  Theme readable() const {
    Theme theme;
    theme.tenant = ours_;
    theme.name = "night";
    theme.colours = {"#111111", "#FFFFFF", "#f6f6f6", "#767676", "#0b5fff", "#ffffff", "#b00020"};
    return theme;
  }
  Result<Theme> save(const Theme& theme) {
    Desk d = desk();
    return save_theme(d, {}, theme);
  }
  // Its name; empty: our own look.
  std::string worn(const Id& tenant, const std::string& asked) {
    Desk d = desk();
    const auto theme = worn_theme(d, tenant, asked);
    return theme ? theme->name : std::string();
  }
};

TEST_F(ThemeTest, is_saved_when_it_can_be_read) {
  const auto saved = save(readable());
  ASSERT_TRUE(saved) << saved.error().detail;
  EXPECT_EQ(saved->colours.paper, "#ffffff") << "one spelling";
  Desk d = desk();
  EXPECT_EQ(find_theme(d, ours_, "night")->colours, saved->colours);
  EXPECT_FALSE(find_theme(d, theirs_, "night")) << "Law 10";
  const auto logo = set_logo(d, ours_, {}, "night", {1, 2, 3});
  ASSERT_TRUE(logo);
  EXPECT_EQ(ledger_->office().logo(logo->logo_name), Bytes({1, 2, 3}));
  ASSERT_TRUE(save(readable()));
  EXPECT_EQ(ledger_->office().logo(logo->logo_name), Bytes({1, 2, 3})) << "saving keeps it";
  ASSERT_TRUE(set_logo(d, ours_, {}, "night", {}));
  EXPECT_TRUE(ledger_->office().logo(logo->logo_name).empty());
  EXPECT_TRUE(remove_theme(d, ours_, {}, "night"));
  EXPECT_FALSE(remove_theme(d, ours_, {}, "night"));
}

TEST_F(ThemeTest, is_refused_with_the_pair_that_cannot_be_read) {
  Theme theme = readable();
  theme.colours.ink = "#999999";
  const auto problem = save(theme).error();
  EXPECT_EQ(problem.code, codes::low_contrast);
  EXPECT_EQ(problem.field, "colours.ink");
  EXPECT_EQ(problem.detail, "ink on paper is 2.8:1, at least 4.5:1 is needed");
  theme = readable();
  theme.colours.line = "#bbbbbb";
  EXPECT_EQ(save(theme).error().field, "colours.line");
}

TEST_F(ThemeTest, is_refused_when_it_is_none) {
  struct Row {
    std::string field;
    std::function<void(Theme&)> change;
  };
  const Row rows[] = {
      {"name", [](Theme& t) { t.name = "white"; }},
      {"name", [](Theme& t) { t.name = "dark"; }},
      {"name", [](Theme& t) { t.name = "check"; }},
      {"name", [](Theme& t) { t.name = "Night"; }},
      {"name", [](Theme& t) { t.name = ""; }},
      {"colours.act", [](Theme& t) { t.colours.act = "blue"; }},
      {"colours.bad", [](Theme& t) { t.colours.bad = "#12345"; }},
      {"radius", [](Theme& t) { t.radius_px = 33; }},
      {"wording.en-US.arrive.title", [](Theme& t) { t.wording["en-US"]["arrive.title"] = ""; }},
      {"wording.en-US.arrive.title", [](Theme& t) { t.wording["en-US"]["arrive.title"] = "a\nb"; }},
      {"wording.en-US.arrive.titel", [](Theme& t) { t.wording["en-US"]["arrive.titel"] = "Hi"; }},
      {"wording.en-US.letter.open", [](Theme& t) { t.wording["en-US"]["letter.open"] = "Hi"; }},
      {"wording.en-US.invite.why",
       [](Theme& t) { t.wording["en-US"]["invite.why"] = "{bank} asks"; }},
      {"wording.en-US.invite.why", [](Theme& t) { t.wording["en-US"]["invite.why"] = "a {"; }},
      {"wording.en", [](Theme& t) { t.wording["en"]["invite.why"] = "Hi"; }},
  };
  for (const Row& row : rows) {
    Theme theme = readable();
    row.change(theme);
    const auto saved = save(theme);
    ASSERT_FALSE(saved) << row.field;
    EXPECT_EQ(saved.error().code, codes::invalid_field);
    EXPECT_EQ(saved.error().field, row.field);
  }
}

TEST_F(ThemeTest, the_default_is_held_to_what_the_others_are) {
  Theme theme = readable();
  theme.name = "default";
  theme.colours.ink = "#999999";
  EXPECT_EQ(save(theme).error().code, codes::low_contrast);
  theme.colours.ink = "#111111";
  ASSERT_TRUE(save(theme));
  Desk d = desk();
  EXPECT_TRUE(set_logo(d, ours_, {}, "default", {1}));
  EXPECT_EQ(d.ledger.office().audit(ours_, {}, {})[0].about, "default");
  EXPECT_TRUE(remove_theme(d, ours_, {}, "default"));
}

TEST_F(ThemeTest, the_default_is_worn_where_nothing_else_is_asked_for) {
  ASSERT_TRUE(save(readable()));
  struct Row {
    const char* asked;
    const char *before, *with;  // there is a default
  };
  const Row rows[] = {{"", "", "default"}, {"night", "night", "night"}, {"white", "", ""},
                      {"dark", "", ""},    {"removed", "", "default"},  {"default", "", "default"}};
  for (const Row& row : rows) EXPECT_EQ(worn(ours_, row.asked), row.before) << row.asked;
  Theme theme = readable();
  theme.name = "default";
  ASSERT_TRUE(save(theme));
  for (const Row& row : rows) EXPECT_EQ(worn(ours_, row.asked), row.with) << row.asked;
  EXPECT_EQ(worn(theirs_, ""), "") << "Law 10";
  Desk d = desk();
  ASSERT_TRUE(remove_theme(d, ours_, {}, "default"));
  for (const Row& row : rows) EXPECT_EQ(worn(ours_, row.asked), row.before) << row.asked;
}

TEST_F(ThemeTest, is_dark_when_light_stands_on_it) {
  Colours colours = readable().colours;
  EXPECT_FALSE(is_dark(colours));
  std::swap(colours.ink, colours.paper);
  EXPECT_TRUE(is_dark(colours));
}

}  // namespace
}  // namespace limen::onboard
