// The state machine, exhaustively: every state × event has its row, the order of refusals is
// pinned, and random journeys keep the laws. Time moves only because a test says so.
#include "journey/advance.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/given_test.hpp"

namespace limen::journey {
namespace {

constexpr auto life = std::chrono::hours{24};

// form {}, document {} with front (required) and back (optional), selfie {} with selfie (required).
Skill sample() {
  Skill skill;
  skill.name = "sample_#1.0";
  skill.steps = {{"form", {}, {}},
                 {"document", {}, {{"front", true}, {"back", false}}},
                 {"selfie", {}, {{"selfie", true}}}};
  skill.pass_life = std::chrono::minutes{30};
  return skill;
}

Session fresh() {
  Session session;
  session.id = id_of(1);
  session.tenant = id_of(2);
  session.owner = id_of(3);
  session.skill = "sample_#1.0";
  session.created = session.updated = start;
  session.expires = start + life;
  return session;
}

Upload upload_of(std::string type) {
  Upload upload;
  upload.type = std::move(type);
  return upload;
}

Answered answer_of(std::string_view step, std::uint8_t n) {
  return {id_of(n), step, {}, digest_of(n)};
}

Result<Session> submit(const Session& session, std::string_view step, Time now = start) {
  const auto n = static_cast<std::uint8_t>(10 + session.steps.size());
  return answered(session, sample(), answer_of(step, n), now);
}
Result<Session> attach(const Session& session, std::size_t step, const char* type,
                       Time now = start) {
  const Id id = step < session.steps.size() ? session.steps[step].id : id_of(99);
  return attached(session, sample(), id, upload_of(type), now);
}

// The seven places a journey can be at, by what was done.
enum class Place { begun, formed, documented, fronted, selfied, finished };
Session at(Place place) {
  Session s = fresh();
  if (place >= Place::formed) s = *submit(s, "form");
  if (place >= Place::documented) s = *submit(s, "document");
  if (place >= Place::fronted) s = *attach(s, 1, "front");
  if (place >= Place::selfied) s = *submit(s, "selfie");
  if (place >= Place::finished) s = *attach(s, 2, "selfie");
  return s;
}

std::string outcome(const Result<Session>& result, const Session& before) {
  if (!result) {
    const std::string field = result.error().field.empty() ? "" : ":" + result.error().field;
    return std::string(result.error().code) + field;
  }
  if (result->version == before.version) return "same";
  return result->state == State::completed && before.state == State::open ? "completed" : "on";
}

TEST(advance, what_is_sent_again_becomes_the_newest_of_its_type_and_is_read_at_last) {
  const auto seen = [](std::uint32_t width) {
    Reading reading;
    reading.width = width;
    return std::optional(reading);
  };
  Session s = at(Place::documented);
  const auto put = [&](std::uint8_t id, const char* type, std::optional<Reading> reading) {
    Upload upload = upload_of(type);
    upload.id = id_of(id);
    upload.reading = std::move(reading);
    s.steps[1].uploads.push_back(upload);
  };
  put(51, "front", seen(0));
  put(52, "front", seen(5));
  put(53, "back", {});
  struct Row {
    const char* name;
    std::uint8_t id;
    std::optional<Reading> reading;
    std::string order;  // of the uploads afterwards
    std::optional<Reading> kept;
  };
  const Row rows[] = {
      {"older, and read now", 51, seen(7), "52 53 51", seen(7)},
      {"older, and unread again", 51, seen(0), "52 53 51", seen(0)},
      {"older, and nobody looked", 51, {}, "52 53 51", seen(0)},
      {"the newest of its type", 52, seen(9), "51 52 53", seen(5)},
      {"the newest of its type, read now", 53, seen(7), "51 52 53", seen(7)},
      {"unknown", 59, seen(7), "51 52 53", {}},
  };
  const Time later = start + Millis{5};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Session after = sent_again(s, id_of(row.id), row.reading, later);
    std::string order;
    std::optional<Reading> kept;
    for (const Upload& upload : after.steps[1].uploads) {
      for (std::uint8_t id = 51; id <= 53; ++id)
        if (upload.id == id_of(id)) order += (order.empty() ? "" : " ") + std::to_string(id);
      if (upload.id == id_of(row.id)) kept = upload.reading;
    }
    EXPECT_EQ(order, row.order);
    EXPECT_EQ(kept, row.kept);
    const bool is_news = after.steps != s.steps;
    EXPECT_EQ(after.version, s.version + (is_news ? 1 : 0));
    EXPECT_EQ(after.updated, is_news ? later : s.updated);
  }
  EXPECT_EQ(sent_again(s, id_of(51), seen(7), s.expires), s) << "over";
}

TEST(advance, answers_every_place_and_event) {
  struct Case {
    const char* name;
    Place given;
    const char *form, *document, *selfie, *other, *front, *back, *first_front;
  };
  // Columns: submitting each step, then uploading front and back to `document`, front to `form`.
  const Case cases[] = {
      {"begun", Place::begun, "on", "invalid_step:step", "invalid_step:step", "invalid_step:step",
       "unknown_step", "unknown_step", "unknown_step"},
      {"formed", Place::formed, "invalid_step:step", "on", "invalid_step:step", "invalid_step:step",
       "unknown_step", "unknown_step", "invalid_field:type"},
      {"documented", Place::documented, "invalid_step:step", "invalid_step:step",
       "missing_upload:front", "invalid_step:step", "on", "on", "invalid_field:type"},
      {"fronted", Place::fronted, "invalid_step:step", "invalid_step:step", "on",
       "invalid_step:step", "on", "on", "invalid_field:type"},
      {"selfied", Place::selfied, "invalid_step:step", "invalid_step:step", "invalid_step:step",
       "invalid_step:step", "on", "on", "invalid_field:type"},
      {"finished", Place::finished, "session_over", "session_over", "session_over", "session_over",
       "session_over", "session_over", "session_over"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Session s = at(c.given);
    EXPECT_EQ(outcome(submit(s, "form"), s), c.form);
    EXPECT_EQ(outcome(submit(s, "document"), s), c.document);
    EXPECT_EQ(outcome(submit(s, "selfie"), s), c.selfie);
    EXPECT_EQ(outcome(submit(s, "nonsense"), s), c.other);
    EXPECT_EQ(outcome(attach(s, 1, "front"), s), c.front);
    EXPECT_EQ(outcome(attach(s, 1, "back"), s), c.back);
    EXPECT_EQ(outcome(attach(s, 0, "front"), s), c.first_front);
  }
}

TEST(advance, answers_every_state_and_event) {
  struct Case {
    State given;
    const char *submitted, *uploaded, *ran_out, *approved, *rejected;
  };
  const Case cases[] = {
      {State::open, "on", "on", "on", "conflict", "conflict"},
      {State::completed, "session_over", "session_over", "same", "on", "on"},
      {State::approved, "session_over", "session_over", "same", "conflict", "conflict"},
      {State::rejected, "session_over", "session_over", "same", "conflict", "conflict"},
      {State::abandoned, "session_over", "session_over", "same", "conflict", "conflict"},
      {State::expired, "session_over", "session_over", "same", "conflict", "conflict"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(static_cast<int>(c.given));
    Session s = at(Place::fronted);
    s.state = c.given;
    s.decision.emplace();
    EXPECT_EQ(outcome(submit(s, "selfie"), s), c.submitted);
    EXPECT_EQ(outcome(attach(s, 1, "back"), s), c.uploaded);
    EXPECT_EQ(outcome(expired(s, s.expires), s), c.ran_out);
    EXPECT_EQ(outcome(reviewed(s, ReviewVerdict::approve, {"ann", "", start}), s), c.approved);
    EXPECT_EQ(outcome(reviewed(s, ReviewVerdict::reject, {"ann", "", start}), s), c.rejected);
    EXPECT_EQ(is_over(s, start), c.given != State::open);
    EXPECT_TRUE(is_over(s, s.expires));
    // An open session past its end is as over as any other.
    EXPECT_EQ(outcome(submit(s, "selfie", s.expires), s), "session_over");
    EXPECT_EQ(outcome(attach(s, 1, "back", s.expires), s), "session_over");
  }
}

TEST(advance, ends_a_session_at_its_time_and_not_before) {
  const Session s = fresh();
  EXPECT_FALSE(is_over(s, s.expires - Millis{1}));
  EXPECT_EQ(expired(s, s.expires - Millis{1}), s);
  const Session late = expired(s, s.expires);
  EXPECT_EQ(late.state, State::expired);
  EXPECT_EQ(late.version, s.version + 1);
  EXPECT_EQ(submit(s, "form", s.expires).error().fault, Fault::gone);
  EXPECT_EQ(submit(at(Place::finished), "form").error().fault, Fault::conflict);
}

TEST(advance, refuses_in_one_order) {
  // A session that is over says so before it looks at the step or at what is missing.
  EXPECT_EQ(submit(at(Place::documented), "selfie", start + life).error().code,
            codes::session_over);
  // A wrong step is told before a missing upload, and both say what is expected.
  EXPECT_EQ(submit(at(Place::documented), "form").error().detail, "the next step is `selfie`");
  EXPECT_EQ(submit(at(Place::documented), "selfie").error().detail,
            "step `document` still needs upload `front`");
  EXPECT_EQ(submit(at(Place::selfied), "selfie").error().detail,
            "no step is left to submit; step `selfie` still needs upload `selfie`");
  // A step of nobody's is told before the end of the session; its type only while it is open.
  const Session finished = at(Place::finished);
  EXPECT_EQ(attach(finished, 7, "front").error().code, codes::unknown_step);
  EXPECT_EQ(attach(finished, 1, "nonsense").error().code, codes::session_over);
}

TEST(advance, refuses_without_changing_anything) {
  const Session before = at(Place::documented);
  const Session copy = before;
  EXPECT_FALSE(submit(before, "selfie"));
  EXPECT_FALSE(attach(before, 0, "front"));
  EXPECT_EQ(before, copy);
}

TEST(advance, records_what_was_submitted) {
  Answered event = answer_of("form", 10);
  event.answers = {{"name", std::string("Ann")}};
  const Session s = *answered(fresh(), sample(), event, start + Seconds{5});
  ASSERT_EQ(s.steps.size(), 1U);
  EXPECT_EQ(s.steps[0],
            (Step{id_of(10), "form", event.answers, digest_of(10), start + Seconds{5}, {}}));
  EXPECT_EQ(s.version, 1U);
  EXPECT_EQ(s.updated, start + Seconds{5});
  EXPECT_EQ(s.created, start);
}

TEST(advance, completes_with_the_upload_that_completes_it) {
  EXPECT_EQ(at(Place::selfied).state, State::open);
  const Session s = *attach(at(Place::selfied), 2, "selfie", start + Seconds{9});
  EXPECT_EQ(s.state, State::completed);
  EXPECT_EQ(s.completed, start + Seconds{9});
  EXPECT_FALSE(s.decision) << "what others' sessions show is not known yet";
}

TEST(advance, decides_what_is_completed) {
  const Session s = decided(at(Place::finished), sample(), start + Seconds{9});
  ASSERT_TRUE(s.decision);
  EXPECT_EQ(s.decision->at, start + Seconds{9});
  EXPECT_EQ(s.version, at(Place::finished).version);
  EXPECT_EQ(s.state, State::completed);
}

TEST(advance, completes_with_the_last_step_when_it_needs_no_upload) {
  Skill skill;
  skill.steps = {{"consent", {}, {}}};
  const Session s = *answered(fresh(), skill, answer_of("consent", 10), start);
  EXPECT_EQ(s.state, State::completed);
  EXPECT_EQ(decided(s, skill, start).decision->level, Level::high);
}

TEST(advance, decides_no_open_session) {
  EXPECT_DEATH(static_cast<void>(decided(at(Place::documented), sample(), start)),
               "State::completed");
}

TEST(advance, takes_twenty_uploads_a_step) {
  Session s = at(Place::documented);
  for (std::size_t i = 0; i < uploads_per_step; ++i) s = *attach(s, 1, "front");
  EXPECT_EQ(outcome(attach(s, 1, "back"), s), "invalid_field:file");
}

TEST(advance, reviews_a_completed_session) {
  const Review review{"ann", "seen in person", start + Seconds{60}};
  const Session finished = decided(at(Place::finished), sample(), start);
  const Session yes = *reviewed(finished, ReviewVerdict::approve, review);
  EXPECT_EQ(yes.state, State::approved);
  EXPECT_EQ(yes.review, review);
  EXPECT_EQ(yes.updated, review.at);
  EXPECT_EQ(reviewed(finished, ReviewVerdict::reject, review)->state, State::rejected);
  // One that waits for an engine is nobody's to review yet.
  const Session waits = at(Place::finished);
  EXPECT_EQ(outcome(reviewed(waits, ReviewVerdict::approve, review), waits), "conflict");
}

TEST(advance, decides_what_an_engine_has_looked_at) {
  Session waits = at(Place::finished);
  waits.faces.emplace();
  waits.faces->state = Faces::State::waiting;
  waits.faces->asked = asked_by(sample());
  Faces said;
  said.state = Faces::State::answered;
  said.match = Finding{Level::high, 97, "alike"};
  const Session s = looked_at(waits, said, sample().rules, start + Seconds{70});
  EXPECT_EQ(s.faces, said);
  EXPECT_EQ(s.decision, decide(s, sample(), start + Seconds{70}));
  EXPECT_EQ(s.version, waits.version + 1);
  EXPECT_EQ(s.updated, start + Seconds{70});
  ASSERT_TRUE(s.decision);
  EXPECT_EQ(s.decision->at, start + Seconds{70});
  EXPECT_EQ(s.completed, waits.completed);
  EXPECT_DEATH(static_cast<void>(looked_at(s, said, sample().rules, start)), "waiting");
  EXPECT_DEATH(static_cast<void>(looked_at(at(Place::finished), said, {}, start)), "waiting");
}

TEST(advance, says_what_it_wants_next) {
  struct Case {
    const char* name;
    Place given;
    const char *step, *pending;
    std::size_t done;
    bool finished;
  };
  const Case cases[] = {
      {"begun", Place::begun, "form", "", 0, false},
      {"formed", Place::formed, "document", "", 1, false},
      {"documented", Place::documented, "selfie", "document", 1, false},
      {"fronted", Place::fronted, "selfie", "", 2, false},
      {"selfied", Place::selfied, "", "selfie", 2, false},
      {"finished", Place::finished, "", "", 3, true},
  };
  const Skill skill = sample();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Session s = at(c.given);
    const Wanted w = wanted(s, skill);
    EXPECT_EQ(w.step, c.step);
    EXPECT_EQ(w.rule == nullptr ? "" : w.rule->name, c.step);
    EXPECT_EQ(w.pending == nullptr ? "" : w.pending->name, c.pending);
    EXPECT_EQ(w.pending_rule == nullptr ? "" : w.pending_rule->name, c.pending);
    EXPECT_EQ(w.done, c.done);
    EXPECT_EQ(w.total, 3U);
    EXPECT_EQ(w.finished, c.finished);
  }
}

TEST(advance, survives_an_edited_skill) {
  Skill shorter = sample();
  shorter.steps.resize(1);
  Skill renamed = sample();
  renamed.steps[1].name = "paper";
  for (const Skill& skill : {shorter, renamed, Skill{}}) {
    for (const Place place : {Place::begun, Place::documented, Place::selfied, Place::finished}) {
      const Session s = at(place);
      const Wanted w = wanted(s, skill);
      EXPECT_LE(w.done, w.total);
      EXPECT_NO_THROW(static_cast<void>(answered(s, skill, answer_of("selfie", 50), start)));
      const Id step = s.steps.empty() ? id_of(99) : s.steps.back().id;
      EXPECT_NO_THROW(static_cast<void>(attached(s, skill, step, upload_of("front"), start)));
      for (std::uint32_t position = 0; position < 5; ++position)
        EXPECT_NO_THROW(static_cast<void>(pass_of(s, skill, position)));
    }
  }
}

// A small generator: the same seed gives the same journeys.
struct Dice {
  std::uint64_t state;
  std::size_t below(std::size_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state >> 33) % n;
  }
};

// Every journey of random events, checked after each of them.
void each_random_moment(const std::function<void(const Session&, Time)>& check) {
  const char* const steps[] = {"form", "document", "selfie", "nonsense"};
  const char* const types[] = {"front", "back", "selfie", "nonsense"};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Dice dice{seed};
    Session s = fresh();
    Time now = start;
    for (int event = 0; event < 40; ++event) {
      now += Seconds{dice.below(2400)};
      const std::uint32_t version = s.version;
      const auto result = dice.below(2) == 0 ? submit(s, steps[dice.below(4)], now)
                                             : attach(s, dice.below(4), types[dice.below(4)], now);
      if (result) s = *result;
      ASSERT_EQ(s.version, result ? version + 1 : version);
      check(s, now);
    }
  }
}

TEST(advance, law_9_time_is_given) {
  // The same events at the same times make the same session; every time in it was handed in.
  const Session once = at(Place::finished), twice = at(Place::finished);
  EXPECT_EQ(once, twice);
  each_random_moment([](const Session& s, Time now) {
    EXPECT_LE(s.updated, now);
    for (const Step& step : s.steps) EXPECT_LE(step.submitted, s.updated);
    EXPECT_EQ(s.created, start);
    EXPECT_EQ(s.completed.value_or(s.updated), s.updated);
  });
}

TEST(advance, law_12_state_lives_in_sessions) {
  // A pass is a function of the session and the skill and nothing else, and it changes by itself
  // when the session moves on: nobody has to store, spend or revoke it.
  const Skill skill = sample();
  each_random_moment([&](const Session& s, Time) {
    const Session copy = s;
    for (std::uint32_t position = 0; position < 4; ++position)
      EXPECT_EQ(pass_of(s, skill, position), pass_of(copy, skill, position));
    EXPECT_EQ(hand_over_of(s), hand_over_of(copy));
    EXPECT_EQ(hand_over_of(s).created == Time{}, s.state != State::completed);
  });
}

TEST(advance, the_chain_of_passes_has_one_link_that_submits) {
  const Skill skill = sample();
  each_random_moment([&](const Session& s, Time now) {
    for (std::uint32_t position = 0; position < 4; ++position) {
      const grant::Grant pass = pass_of(s, skill, position);
      const grant::Bond bond{s.id, position};
      const auto verdict = grant::judge(pass, grant::Scope::submit, bond, now);
      const bool is_in_time = now < pass.terms.expires;
      const bool is_next = position == s.steps.size() && position < 3;
      EXPECT_EQ(verdict == grant::Verdict::live, is_next && is_in_time);
      if (position < s.steps.size() && is_in_time) {
        EXPECT_EQ(verdict, grant::Verdict::spent);
      }
      // "it submits that step once, then still authorises that step's uploads until it expires"
      EXPECT_EQ(grant::judge(pass, grant::Scope::upload, bond, now) == grant::Verdict::live,
                is_in_time && position <= s.steps.size() && position < 3);
      // "The same nonce with a byte-identical body gets the same answer again … until the next
      // nonce is first used; with another body" it is an alarm.
      if (position >= s.steps.size() || !is_in_time) continue;
      const Digest same = s.steps[position].request;
      const bool is_newest = position + 1 == s.steps.size();
      EXPECT_EQ(grant::redeem_value(pass, grant::Scope::submit, bond, same, now).use,
                is_newest ? grant::Use::again : grant::Use::refused);
      EXPECT_EQ(grant::redeem_value(pass, grant::Scope::submit, bond, digest_of(200), now).use,
                grant::Use::alarm);
    }
  });
}

}  // namespace
}  // namespace limen::journey
