// The stable slugs a Problem carries. Each stands in docs/problems.md (tools/tidy.py compares).
// A door maps a slug to its own document's word; it never invents one.
#pragma once

#include <string_view>

namespace limen::codes {

using std::string_view;

// requests
constexpr string_view malformed_json = "malformed_json";
constexpr string_view malformed_request = "malformed_request";
constexpr string_view missing_fields = "missing_fields";
constexpr string_view unknown_fields = "unknown_fields";
constexpr string_view invalid_field = "invalid_field";
constexpr string_view wrong_media_type = "wrong_media_type";
constexpr string_view too_large = "too_large";
constexpr string_view repeat_differs = "repeat_differs";
constexpr string_view no_route = "no_route";
constexpr string_view wrong_method = "wrong_method";
// requests, as http found them: each has one status, so that a door's body can name it
constexpr string_view too_slow = "too_slow";                    // 408
constexpr string_view target_too_long = "target_too_long";      // 414
constexpr string_view wrong_expectation = "wrong_expectation";  // 417
constexpr string_view head_too_large = "head_too_large";        // 431
constexpr string_view not_implemented = "not_implemented";      // 501
constexpr string_view wrong_version = "wrong_version";          // 505
// who asks
constexpr string_view unauthenticated = "unauthenticated";
constexpr string_view token_expired = "token_expired";
constexpr string_view invalid_client = "invalid_client";
constexpr string_view invalid_grant_type = "unsupported_grant_type";
constexpr string_view invalid_scope = "invalid_scope";
constexpr string_view insufficient_scope = "insufficient_scope";
constexpr string_view not_yours = "not_yours";
constexpr string_view cross_site = "cross_site";
constexpr string_view transfer_used = "transfer_used";
// invitations and connections
constexpr string_view already_invited = "already_invited";
constexpr string_view no_invitation = "no_invitation";
constexpr string_view no_connection = "no_connection";
constexpr string_view mail_refused = "mail_refused";
// sessions
constexpr string_view unknown_client = "invalid_client_id";
constexpr string_view invalid_app_key = "invalid_client_app_key";
constexpr string_view invalid_client_secret = "invalid_client_secret";
constexpr string_view unknown_skill = "invalid_skill_name";
constexpr string_view unregistered_skill = "unauthorized_tenant";
constexpr string_view unknown_session = "invalid_session_id";
constexpr string_view duplicate_session = "duplicate_session";
constexpr string_view invalid_nonce = "invalid_nonce";
constexpr string_view invalid_step = "invalid_step";
constexpr string_view unknown_step = "unknown_step";
constexpr string_view missing_upload = "missing_upload";
constexpr string_view session_over = "session_over";
constexpr string_view empty_upload = "empty_upload";
constexpr string_view unreadable_upload = "unreadable_upload";
constexpr string_view invalid_temp_token = "invalid_temp_token";
// results
constexpr string_view invalid_credentials_id = "invalid_credentials_id";
constexpr string_view invalid_access_token = "invalid_access_token";
constexpr string_view expired_credentials = "expired_credentials";
constexpr string_view inactive_credentials = "inactive_credentials";
constexpr string_view invalid_retention = "invalid_pcd_data_retention";
constexpr string_view absent = "not_found";
constexpr string_view conflict = "conflict";
// too much
constexpr string_view too_many_guesses = "too_many_guesses";
constexpr string_view too_many_letters = "too_many_letters";
// ours
constexpr string_view busy = "busy";
constexpr string_view store_unavailable = "store_unavailable";
constexpr string_view internal = "internal";

}  // namespace limen::codes
