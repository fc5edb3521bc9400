// The skills door's bodies and refusals, without a store.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/skills/wire.hpp"

namespace limen::doors {
namespace {

json::object object_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? value->as_object() : json::object{};
}

TEST(SkillsProblems, VB5_envelope) {
  struct Case {
    Fault fault;
    std::string_view slug;
    int http;
    std::string_view type, code;
  };
  constexpr std::string_view request = "invalid_request", unauthorized = "unauthorized";
  const Case cases[] = {
      {Fault::malformed, codes::malformed_json, 400, request, "invalid_body"},
      {Fault::malformed, codes::missing_fields, 400, request, "missing_fields"},
      {Fault::malformed, codes::unknown_fields, 400, request, "unknown_fields"},
      {Fault::malformed, codes::invalid_field, 400, request, "invalid_field"},
      {Fault::malformed, codes::wrong_media_type, 415, request, "invalid_headers"},
      {Fault::malformed, codes::too_large, 413, request, "invalid_input"},
      {Fault::malformed, codes::unknown_client, 400, request, "invalid_client_id"},
      {Fault::unauthenticated, codes::invalid_app_key, 401, unauthorized, "invalid_client_app_key"},
      {Fault::unauthenticated, codes::invalid_client_secret, 401, unauthorized,
       "invalid_client_secret"},
      {Fault::malformed, codes::unknown_skill, 400, request, "invalid_skill_name"},
      {Fault::unauthenticated, codes::unregistered_skill, 401, unauthorized, "unauthorized_tenant"},
      {Fault::absent, codes::unknown_session, 404, request, "invalid_session_id"},
      {Fault::unauthenticated, codes::invalid_nonce, 401, unauthorized, "invalid_api_keys"},
      {Fault::conflict, codes::invalid_step, 400, request, "invalid_step"},
      {Fault::conflict, codes::missing_upload, 400, request, "invalid_step"},
      {Fault::conflict, codes::session_over, 400, request, "invalid_step"},
      {Fault::absent, codes::unknown_step, 404, request, "not_found"},
      {Fault::malformed, codes::empty_upload, 400, request, "invalid_input"},
      {Fault::malformed, codes::unreadable_upload, 400, request, "invalid_input"},
      {Fault::unauthenticated, codes::invalid_temp_token, 401, unauthorized, "invalid_temp_token"},
      {Fault::unauthenticated, codes::invalid_credentials_id, 401, unauthorized,
       "invalid_credentials_id"},
      {Fault::absent, codes::invalid_credentials_id, 404, request, "invalid_credentials_id"},
      {Fault::unauthenticated, codes::invalid_access_token, 401, unauthorized,
       "invalid_access_token"},
      {Fault::unauthenticated, codes::expired_credentials, 401, unauthorized,
       "expired_credentials"},
      {Fault::unauthenticated, codes::inactive_credentials, 401, unauthorized,
       "inactive_credentials"},
      {Fault::malformed, codes::invalid_retention, 400, request, "invalid_pcd_data_retention"},
      {Fault::malformed, codes::wrong_method, 405, request, "invalid_input"},
      {Fault::limited, codes::busy, 429, request, "too_many_requests"},
      {Fault::unavailable, codes::store_unavailable, 503, "internal_server_error",
       "service_unavailable"},
      {Fault::unavailable, codes::internal, 500, "internal_server_error", "internal_error"},
  };
  Request request_sent;
  request_sent.id = "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b";
  for (const Case& c : cases) {
    const Response response = word_skills({c.fault, c.slug}, request_sent, from_ms(0));
    const json::object body = object_of(response.body);
    EXPECT_EQ(response.status, c.http) << c.slug;
    EXPECT_EQ(text_member(body, "id"), request_sent.id);
    EXPECT_EQ(text_member(body, "type"), c.type) << c.slug;
    EXPECT_EQ(member(body, "http")->to_number<int>(), c.http) << c.slug;
    EXPECT_EQ(text_member(body, "code"), c.code) << c.slug;
    EXPECT_FALSE(text_member(body, "message").empty()) << c.slug;
    EXPECT_EQ(body.size(), 5U);
  }
}

TEST(SkillsProblems, exact_body) {
  Request request;
  request.id = "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b";
  const Problem problem{Fault::unauthenticated, codes::invalid_nonce, "nonce",
                        "this nonce has expired", "a note"};
  EXPECT_EQ(word_skills(problem, request, from_ms(0)).body,
            R"({"id":"7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b","type":"unauthorized","http":401,)"
            R"("code":"invalid_api_keys","message":"this nonce has expired"})");
}

TEST(SkillsProblems, id_is_a_uuid_whatever_the_request_id) {
  Request request;
  request.id = "not a uuid";
  const json::object body =
      object_of(word_skills({Fault::absent, codes::absent}, request, from_ms(0)).body);
  EXPECT_TRUE(parse_id(text_member(body, "id")));
}

TEST(SkillsWire, missing_fields_are_all_named) {
  const auto result = need_texts(object_of(R"({"client_id":"","skill":7})"),
                                 {"client_id", "client_app_key", "skill"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, codes::missing_fields);
  EXPECT_EQ(result.error().detail, "missing fields: client_id, client_app_key");
  const auto ill = need_texts(object_of(R"({"client_id":"a","skill":7})"), {"client_id", "skill"});
  ASSERT_FALSE(ill);
  EXPECT_EQ(ill.error().code, codes::invalid_field);
  EXPECT_EQ(ill.error().field, "skill");
  EXPECT_TRUE(need_texts(object_of(R"({"a":"b","other":1})"), {"a"}));
}

TEST(SkillsWire, ill_typed_data_is_left_to_the_rules) {
  const auto answers = read_data(object_of(R"({"data":{"value":100000,"currency":"EUR"}})"));
  ASSERT_TRUE(answers);
  journey::StepRule rule{"product_form", {}, {}};
  for (const auto type :
       {journey::FieldType::text, journey::FieldType::boolean, journey::FieldType::date,
        journey::FieldType::country, journey::FieldType::mrz}) {
    for (const bool is_required : {true, false}) {
      journey::Field value{"value"};
      value.type = type;
      value.required = is_required;
      rule.fields = {value, journey::Field{"currency"}};
      const auto checked = journey::check_answers(rule, *answers, Date{});
      ASSERT_FALSE(checked);
      EXPECT_EQ(checked.error().code, codes::invalid_field);
      EXPECT_EQ(checked.error().field, "value");
    }
  }
  EXPECT_EQ(read_data(object_of(R"({"data":[]})")).error().code, codes::invalid_field);
}

TEST(SkillsWire, upload_names_what_is_missing) {
  Request request;
  EXPECT_EQ(need_upload(request).error().code, codes::wrong_media_type);
  request.headers.emplace_back("content-type", "multipart/form-data; boundary=x");
  request.fields = {{"client_id", "a"}, {"type", ""}};
  EXPECT_EQ(need_upload(request).error().detail, "missing fields: nonce, type, file");
  request.fields = {{"client_id", "a"}, {"nonce", "n"}, {"type", "selfie"}};
  request.file.emplace();
  request.file->field = "file";
  EXPECT_TRUE(need_upload(request));
}

TEST(SkillsWire, retention) {
  EXPECT_EQ(read_retention(object_of("{}")).value(), 0);
  EXPECT_EQ(read_retention(object_of(R"({"pcd_data_retention":-5})")).value(), -5);
  for (const char* text : {R"({"pcd_data_retention":"5"})", R"({"pcd_data_retention":1.5})",
                           R"({"pcd_data_retention":null})"})
    EXPECT_EQ(read_retention(object_of(text)).error().code, codes::invalid_retention) << text;
}

TEST(SkillsWire, originator) {
  struct Case {
    std::string_view skill, servicer, country;
  };
  const Case cases[] = {
      {"rzb_ro_aisp_sbx_#1.0", "rzb", "RO"}, {"xyz_aisp_sbx_#1.0", "xyz", ""},
      {"xyz_sbx_#3.0", "xyz", ""},           {"identity", "identity", ""},
      {"bt_zz_aisp_#1", "bt", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(originator_of(c.skill).servicer, c.servicer) << c.skill;
    EXPECT_EQ(originator_of(c.skill).country, c.country) << c.skill;
  }
}

TEST(SkillsWire, step_bodies) {
  onboard::StepAnswer answer;
  answer.step_id = *parse_id("7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b");
  EXPECT_EQ(json::serialize(step_body(answer)),
            R"({"step_id":"7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b",)"
            R"("status":"SESSION_IN_PROGRESS","data":{}})");
  answer.nonce = seal::Secret("n2");
  EXPECT_EQ(json::serialize(step_body(answer)),
            R"({"step_id":"7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b","nonce":"n2",)"
            R"("status":"SESSION_IN_PROGRESS","data":{}})");
  answer.nonce = {};
  answer.finished = true;
  answer.temp_token = seal::Secret("t");
  EXPECT_EQ(json::serialize(step_body(answer)),
            R"({"step_id":"7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b","temp_token":"t",)"
            R"("status":"SESSION_COMPLETED","data":{}})");
}

TEST(SkillsWire, consent_bodies) {
  onboard::Enrolment enrolment;
  enrolment.id = *parse_id("00000000-0000-0000-0000-000000000001");
  enrolment.client = *parse_id("00000000-0000-0000-0000-000000000002");
  enrolment.skill = "rzb_ro_aisp_sbx_#1.0";
  enrolment.created = enrolment.updated = *parse_time("2020-11-03T11:22:54Z");
  enrolment.consent_expires = *parse_time("2021-02-01T11:22:54Z");
  enrolment.retention_ends = *parse_time("2021-11-03T11:22:54Z");
  EXPECT_EQ(
      json::serialize(consent_body({enrolment, "demo app", enrolment.created})),
      R"({"op_type":"read","code":"credentials_info","http":200,)"
      R"("message":"Consent info retrieved","result":{)"
      R"("credentials_id":"00000000-0000-0000-0000-000000000001",)"
      R"("originator":{"country":"RO","servicer":"rzb","skill":"rzb_ro_aisp_sbx_#1.0"},)"
      R"("status":"ACTIVE","tenant_app_info":{)"
      R"("client_id":"00000000-0000-0000-0000-000000000002","name":"demo app"},)"
      R"("utc_created":"2020-11-03T11:22:54Z","utc_last_update":"2020-11-03T11:22:54Z",)"
      R"("consent_exp":"2021-02-01T11:22:54Z","max_data_retention":"2021-11-03T11:22:54Z"}})");
  enrolment.deleted = enrolment.created;
  EXPECT_EQ(json::serialize(deleted_body({enrolment, "demo app", enrolment.created})),
            R"({"op_type":"delete","code":"credentials_deleted","http":200,)"
            R"("message":"Consent deleted","result":{)"
            R"("client_id":"00000000-0000-0000-0000-000000000002",)"
            R"("credentials_id":"00000000-0000-0000-0000-000000000001","status":"DELETED",)"
            R"("max_data_retention":"2021-11-03T11:22:54Z"}})");
}

}  // namespace
}  // namespace limen::doors
