// What a session's own token may see of it, what the back end sees, what is wanted next, and the
// small readers of members.hpp.
#include "doors/session_view.hpp"

#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/scan.hpp"

namespace limen::doors {
namespace {

journey::Skill identity() {
  journey::Skill skill;
  skill.name = "identity";
  skill.steps.push_back({"document",
                         {{.name = "country", .type = journey::FieldType::country}},
                         {{"document_front", true}, {"document_back", false}}});
  skill.steps.push_back({"selfie", {}, {{"selfie", true}}});
  return skill;
}

journey::Session session_with_document() {
  journey::Session session;
  session.skill = "identity";
  session.metadata = R"({"externalUserId":"42"})";
  session.external_id = "case-7";
  journey::Step step;
  step.name = "document";
  step.answers = {{"country", "RO"}};
  journey::Upload upload;
  upload.type = "document_front";
  upload.bytes = 3;
  upload.media_type = "image/png";
  step.uploads.push_back(upload);
  session.steps.push_back(step);
  return session;
}

TEST(SessionView, own_token_sees_what_it_submitted_and_nothing_else) {
  const auto text =
      json::serialize(session_json(session_with_document(), View::own, "https://x/api/sessions/"));
  EXPECT_NE(text.find(R"("steps":{"document":{"country":"RO"}})"), std::string::npos);
  EXPECT_NE(text.find(R"("type":"document_front")"), std::string::npos);
  for (const char* word : {"metadata", "externalUserId", "case-7", "decision", "review"})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

TEST(SessionView, back_end_sees_its_metadata) {
  const auto view = session_json(session_with_document(), View::full, "https://x/api/sessions/");
  const auto& properties = view.at("properties").as_object();
  EXPECT_EQ(json::serialize(properties.at("metadata")), R"({"externalUserId":"42"})");
  EXPECT_EQ(view.at("externalId").as_string(), "case-7");
  EXPECT_EQ(view.at("status").as_int64(), 0);
  const auto& file = view.at("files").as_array().at(0).as_object();
  const std::string nil = to_string(Id{});
  EXPECT_EQ(std::string_view(file.at("url").as_string()),
            "https://x/api/sessions/" + nil + "/files/" + nil);
}

TEST(SessionView, next_names_fields_then_missing_uploads_then_the_next_step) {
  journey::Session session;
  session.skill = "identity";
  const std::string nil = to_string(Id{});
  EXPECT_EQ(json::serialize(next_json(session, identity())),
            R"({"sessionId":")" + nil +
                R"(","step":"document","fields":[{"name":"country","type":"country",)"
                R"("required":true}],"uploads":[{"type":"document_front","required":true,)"
                R"("received":false},{"type":"document_back","required":false,"received":false}],)"
                R"("progress":{"done":0,"total":2}})");

  session = session_with_document();
  auto uploads = std::move(session.steps[0].uploads);
  session.steps[0].uploads.clear();
  const auto pending = next_json(session, identity());
  EXPECT_EQ(pending.at("step").as_string(), "document");
  EXPECT_EQ(pending.at("stepId").as_string(), nil);
  EXPECT_TRUE(pending.at("fields").as_array().empty());

  session.steps[0].uploads = std::move(uploads);
  EXPECT_EQ(next_json(session, identity()).at("step").as_string(), "selfie");
  session.state = journey::State::completed;
  EXPECT_EQ(json::serialize(next_json(session, identity())), R"({"finished":true})");
}

TEST(Members, types_are_told_apart_from_absence) {
  const json::object body{{"text", "a"}, {"number", 7}, {"none", nullptr}, {"huge", 1.5}};
  EXPECT_EQ(*required_text(body, "text"), "a");
  EXPECT_EQ(required_text(body, "none").error().code, codes::missing_fields);
  EXPECT_EQ(required_text(body, "absent").error().field, "absent");
  EXPECT_EQ(required_text(body, "number").error().code, codes::invalid_field);
  EXPECT_EQ(**optional_integer(body, "number"), 7);
  EXPECT_FALSE(optional_integer(body, "none")->has_value());
  EXPECT_EQ(optional_integer(body, "huge").error().code, codes::invalid_field);
  EXPECT_EQ(optional_bool(body, "text").error().code, codes::invalid_field);
  EXPECT_EQ(optional_texts(body, "text").error().code, codes::invalid_field);
}

TEST(Members, page_takes_limit_and_cursor_as_they_must_be) {
  struct Case {
    const char* name;
    const char* query;
    bool is_good;
  };
  const Case cases[] = {
      {"nothing", "", true},
      {"limit", "limit=100", true},
      {"zero", "limit=0", false},
      {"too many", "limit=101", false},
      {"minus", "limit=-1", false},
      {"word", "limit=ten", false},
      {"tail", "limit=10x", false},
      {"empty", "limit=", false},
      {"no uuid", "cursor=7", false},
      {"huge", "limit=99999999999999999999", false},
      {"cursor", "cursor=7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b", true},
  };
  for (const auto& c : cases) {
    Request request;
    request.query = c.query;
    EXPECT_EQ(page_of(request).has_value(), c.is_good) << c.name;
  }
}

struct Row {
  Id id;
  int number;
};

// A list of 250 rows as the store would page it.
std::vector<Row> rows_after(const onboard::Page& page) {
  std::vector<Row> rows;
  const int first = page.after ? page.after->bytes[15] + 1 : 0;
  for (int i = first; i < 250 && rows.size() < page.limit; ++i) {
    Row row{{}, i};
    row.id.bytes[15] = static_cast<std::uint8_t>(i);
    rows.push_back(row);
  }
  return rows;
}

TEST(Scan, pages_of_a_filtered_list_hold_every_row_once) {
  onboard::Page page;
  page.limit = 7;
  std::vector<int> seen;
  for (int calls = 0; calls < 100; ++calls) {
    const auto found =
        operators::scan<Row>(page, rows_after, [](const Row& row) { return row.number % 3 == 0; });
    EXPECT_LE(found.rows.size(), page.limit);
    for (const Row& row : found.rows) seen.push_back(row.number);
    if (found.next.is_null()) break;
    page.after = parse_id(std::string_view(found.next.as_string()));
    ASSERT_TRUE(page.after.has_value());
  }
  ASSERT_EQ(seen.size(), 84U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int>(i) * 3);
}

}  // namespace
}  // namespace limen::doors
