// The query language of user-status (VA7 to VA10), rule by rule.
#include "doors/invitation/filters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace limen::doors {
namespace {

using onboard::Compare;

Read<onboard::PeopleQuery> read(std::string_view text) {
  const auto value = parse_json(text);
  return read_people_query(value ? value->as_object() : json::object{});
}

// "field code" of every error, joined by "; ".
std::string complaints(std::string_view text) {
  const auto query = read(text);
  std::string out;
  if (query) return out;
  for (const FieldHint& error : query.error())
    out += (out.empty() ? "" : "; ") + error.field + ' ' + error.code;
  return out;
}

// Whoever walks through everybody keeps nobody from reading a token.
TEST(PeopleQuery, only_an_exact_address_is_looked_up_among_other_requests) {
  const auto routes = invitation_routes();
  const auto row =
      std::ranges::find(routes, "/v1/user-status", [](const Route& r) { return r.path; });
  ASSERT_NE(row, routes.end());
  struct Case {
    const char* name;
    std::string body;
    Aside want;
  };
  const Case cases[] = {
      {"no body", "", Aside::people},
      {"no filter", R"({"pagination":{"limit":1}})", Aside::people},
      {"another filter", R"({"filters":{"last_name":"Smith"}})", Aside::people},
      {"an address", R"({"filters":{"email":"ada@example.com"}})", Aside::none},
      {"an address and more", R"({"filters":{"last_name":"Smith","email":"a@b.c"}})", Aside::none},
      {"the word alone", R"({"result_keys":["email"]})", Aside::people},
      {"broken", R"({"filters":{"email":"ada@example.com"})", Aside::people},
      {"wrong", R"({"filters":{"email":7}})", Aside::people},
      {"long", R"({"filters":{"email":"ada@example.com"}})" + std::string(2048, ' '),
       Aside::people},
  };
  const seal::Sealer sealer{seal::Digest{}};
  for (const Case& c : cases) {
    Request request;
    request.headers.emplace_back("content-type", "application/json");
    request.body = c.body;
    EXPECT_EQ(aside_of(*row, request, sealer, Time{}), c.want) << c.name;
  }
}

TEST(PeopleQuery, VA8_filters) {
  const auto query = read(R"({"filters":{"last_name":"Smith","is_deleted":false,
      "age":{"gte":18,"lte":65},"created_at":{"gt":"2025-07-11T06:51:25.202Z"},
      "dob":{"eq":"2004-07-09"}}})");
  ASSERT_TRUE(query);
  ASSERT_EQ(query->filters.size(), 5U);
  EXPECT_EQ(query->filters[0].column->name, "last_name");
  EXPECT_EQ(std::get<std::string>(query->filters[0].conditions[0].value), "Smith");
  EXPECT_FALSE(std::get<bool>(query->filters[1].conditions[0].value));
  ASSERT_EQ(query->filters[2].conditions.size(), 2U);
  EXPECT_EQ(query->filters[2].conditions[0].compare, Compare::gte);
  EXPECT_EQ(std::get<std::int64_t>(query->filters[2].conditions[1].value), 65);
  EXPECT_EQ(std::get<Time>(query->filters[3].conditions[0].value),
            *parse_time("2025-07-11T06:51:25.202Z"));
  EXPECT_EQ(std::get<Time>(query->filters[4].conditions[0].value), *parse_time("2004-07-09"));
}

TEST(PeopleQuery, broken) {
  struct Case {
    const char* name;
    std::string_view body, want;
  };
  const Case cases[] = {
      {"VA8 bare number", R"({"filters":{"age":18}})", "filters.age isObject"},
      {"bare date", R"({"filters":{"created_at":"2025-07-11"}})", "filters.created_at isObject"},
      {"no operator", R"({"filters":{"age":{}}})", "filters.age isNotEmpty"},
      {"unknown operator", R"({"filters":{"age":{"ne":1}}})", "filters.age.ne whitelistValidation"},
      {"number as text", R"({"filters":{"age":{"eq":"18"}}})", "filters.age.eq isInt"},
      {"half a year", R"({"filters":{"age":{"eq":18.5}}})", "filters.age.eq isInt"},
      {"no date", R"({"filters":{"dob":{"eq":"2004-13-40"}}})", "filters.dob.eq isIso8601"},
      {"text with operator", R"({"filters":{"email":{"eq":"a"}}})", "filters.email isString"},
      {"boolean as text", R"({"filters":{"is_deleted":"no"}})", "filters.is_deleted isBoolean"},
      {"unknown column", R"({"filters":{"shoe":"43"}})", "filters.shoe whitelistValidation"},
      {"null", R"({"filters":null})", "filters isObject"},
      {"VA9 unknown key", R"({"result_keys":["id","shoe"]})", "resultKeys isIn"},
      {"key of another type", R"({"result_keys":[7]})", "resultKeys isString"},
      {"keys no array", R"({"result_keys":"id"})", "resultKeys isArray"},
      {"VA10 limit 0", R"({"pagination":{"limit":0}})", "pagination.limit min"},
      {"limit 101", R"({"pagination":{"limit":101}})", "pagination.limit max"},
      {"offset -1", R"({"pagination":{"offset":-1}})", "pagination.offset min"},
      {"limit as text", R"({"pagination":{"limit":"20"}})", "pagination.limit isInt"},
      {"unknown member", R"({"pagination":{"page":1}})", "pagination.page whitelistValidation"},
      {"A31 the misprinted example",
       R"({"email":"john@example.com","first_name":"John","last_name":"Smith"})",
       "email whitelistValidation; first_name whitelistValidation; last_name whitelistValidation"},
  };
  for (const Case& c : cases) EXPECT_EQ(complaints(c.body), c.want) << c.name;
}

TEST(PeopleQuery, defaults_and_keys) {
  const auto empty = read("{}");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->limit, 20U);
  EXPECT_EQ(empty->offset, 0U);
  EXPECT_TRUE(empty->keys.empty());
  const auto query = read(R"({"result_keys":["name","id","name"],
      "pagination":{"limit":100,"offset":40}})");
  ASSERT_TRUE(query);
  ASSERT_EQ(query->keys.size(), 2U);
  EXPECT_EQ(query->keys[0]->name, "name");
  EXPECT_EQ(query->limit, 100U);
  EXPECT_EQ(query->offset, 40U);
}

TEST(PeopleQuery, answer) {
  onboard::PeoplePage page;
  for (const char* name : {"id", "age", "dob", "created_at", "data_sharing_agreed", "city"})
    page.keys.push_back(onboard::people_column(name));
  page.rows.push_back({std::string("7"),
                       std::int64_t{21},
                       *parse_time("2004-07-09"),
                       *parse_time("2025-07-11T06:51:25.202Z"),
                       true,
                       {}});
  page.total = 3;
  onboard::PeopleQuery query;
  query.limit = 1;
  query.offset = 2;
  EXPECT_EQ(json::serialize(people_body(page, query)),
            R"({"data":[{"id":"7","age":21,"dob":"2004-07-09",)"
            R"("created_at":"2025-07-11T06:51:25.202Z","data_sharing_agreed":true,"city":null}],)"
            R"("pagination":{"limit":1,"offset":2,"total":3}})");
}

}  // namespace
}  // namespace limen::doors
