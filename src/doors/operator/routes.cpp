// The operator's table: /operator/v1/…, Basic with an operator key. It exists so that everything an
// installation needs by hand has a call, and the command line is only its client. The handlers are
// in people.cpp (clients, keys, invitations, sessions) and house.cpp (organisations, outbox,
// server).
#include "doors/operations.hpp"
#include "doors/operator/handlers.hpp"

namespace limen::doors {
namespace {

constexpr std::string_view backups = "/operator/v1/backups";

}  // namespace

std::vector<Route> operator_routes() {
  using namespace operators;
  constexpr auto reads = Access::reads;
  constexpr auto writes = Access::writes;
  constexpr auto none = Body::none;
  constexpr auto text = Body::text;
  constexpr auto tongue = Tongue::problem;
  // clang-format off
  return {
      {{"GET", "/operator/v1/organisations", reads, none}, tongue, get_organisations},
      {{"POST", "/operator/v1/organisations", writes, text}, tongue, post_organisation},
      {{"PATCH", "/operator/v1/organisations/{handle}", writes, text}, tongue, patch_organisation},
      {{"GET", "/operator/v1/clients", reads, none}, tongue, get_clients},
      {{"POST", "/operator/v1/clients", writes, text}, tongue, post_client},
      {{"DELETE", "/operator/v1/clients/{id}", writes, none}, tongue, delete_key},
      {{"GET", "/operator/v1/keys", reads, none}, tongue, get_keys},
      {{"POST", "/operator/v1/keys", writes, text}, tongue, post_key},
      {{"DELETE", "/operator/v1/keys/{id}", writes, none}, tongue, delete_key},
      {{"GET", "/operator/v1/invitations", reads, none}, tongue, get_invitations},
      {{"POST", "/operator/v1/invitations", writes, text}, tongue, post_invitation},
      {{"DELETE", "/operator/v1/invitations/{id}", writes, none}, tongue, delete_invitation},
      {{"POST", "/operator/v1/invitations/{id}/resend", writes, text}, tongue, post_resend},
      {{"GET", "/operator/v1/sessions", reads, none}, tongue, get_sessions},
      {{"GET", "/operator/v1/sessions/{id}", reads, none}, tongue, get_session},
      {{"GET", "/operator/v1/sessions/{id}/files/{upload_id}", reads, none}, tongue, get_file},
      {{"POST", "/operator/v1/sessions/{id}/review", writes, text}, tongue, post_review},
      {{"GET", "/operator/v1/skills", reads, none}, tongue, get_skills},
      {{"GET", "/operator/v1/outbox", reads, none}, tongue, get_outbox},
      {{"POST", "/operator/v1/outbox/{id}/retry", writes, text}, tongue, post_retry},
      {{"GET", "/operator/v1/alarms", reads, none}, tongue, get_alarms},
      {{"POST", backups, reads, text}, tongue, post_backup},
      {{"POST", "/operator/v1/signing-keys", writes, text}, tongue, post_signing_key},
      {{"GET", "/operator/v1/doctor", reads, none}, tongue, get_doctor},
  };
  // clang-format on
}

bool takes_long(const http::Route& route) { return route.path == backups; }

}  // namespace limen::doors
