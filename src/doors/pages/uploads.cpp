// A picture in pieces, for a script on a bad line: announced, sent piece by piece, asked about
// after a break. Without a script the multipart form stays. What a piece is worth is
// onboard/pieces.hpp.
#include <charconv>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/visits.hpp"
#include "doors/reading.hpp"
#include "onboard/pieces.hpp"

namespace limen::doors::pages {
namespace {

std::string_view param_of(const Request& request, std::string_view name) {
  const auto at = request.params.find(name);
  return at == request.params.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<std::uint64_t> offset_in(const Request& request) {
  const auto text = request.query_value("offset");
  if (!text || text->empty()) return std::nullopt;
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), offset);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return offset;
}

std::string text_in(const json::object& body, std::string_view name) {
  const json::value* value = member(body, name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::uint64_t bytes_in(const json::object& body) {
  const json::value* value = member(body, "bytes");
  if (value == nullptr) return 0;
  if (const auto* number = value->if_int64()) return *number > 0 ? std::uint64_t(*number) : 0;
  return 0;
}

// The visitor's parcel and the piece in the body.
struct Arriving {
  Visit visit;
  onboard::Parcel parcel;
  onboard::Piece piece;
};
Result<Arriving> arriving(const Request& request, Desk& desk) {
  Visit visit = TRY(visit_by_cookie(request, desk, Doing::taking));
  auto parcel = TRY(onboard::find_parcel(desk, visit.session, param_of(request, "upload")));
  const auto offset = offset_in(request);
  if (!offset)
    return refuse(Fault::malformed, codes::missing_fields, "offset is required", "offset");
  onboard::Piece piece;
  piece.offset = *offset;
  if (request.file) {
    piece.bytes = request.file->bytes;
    piece.file = request.file->name;
  }
  return Arriving{std::move(visit), std::move(parcel), std::move(piece)};
}

// The whole file, made before the writer is asked; removed again unless a row has it now.
struct JoinedUpload final : Prepared {
  explicit JoinedUpload(onboard::Files& where) : files(where) {}
  ~JoinedUpload() override {
    if (whole && !is_kept) files.remove(whole->file);
  }
  onboard::Files& files;
  std::optional<onboard::FileInput> whole{};
  mutable bool is_kept = false;
};

}  // namespace

Result<Response> post_uploads(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::taking));
  const json::object body = TRY(json_body(request));
  const std::string step = text_in(body, "step");
  const std::string step_id = text_in(body, "stepId");
  onboard::ParcelInput input{step, step_id, text_in(body, "type"), bytes_in(body)};
  const auto parcel = TRY(onboard::announce_parcel(desk, visit.session, input));
  return json_response(201, json::object{{"upload", to_string(parcel.id)}, {"offset", 0}});
}

Result<Response> get_upload(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  const auto parcel = TRY(onboard::find_parcel(desk, visit.session, param_of(request, "upload")));
  return json_response(200, json::object{{"offset", parcel.received}});
}

Result<std::unique_ptr<Prepared>> join_upload(const Request& request, Desk& desk) {
  const auto arrived = TRY(arriving(request, desk));
  auto joined = std::make_unique<JoinedUpload>(desk.files);
  joined->whole = onboard::join_pieces(desk, arrived.parcel, arrived.piece);
  if (joined->whole)
    joined->whole->reading =
        read_picture(desk, arrived.visit.session, joined->whole->type, joined->whole->file);
  return joined;
}

Result<Response> patch_upload(const Request& request, Desk& desk) {
  const auto& joined = dynamic_cast<const JoinedUpload&>(*desk.prepared);
  const auto arrived = TRY(arriving(request, desk));
  const auto taken = TRY(onboard::take_piece(desk, arrived.visit.caller, arrived.visit.session,
                                             arrived.parcel, arrived.piece, joined.whole));
  json::object body{{"offset", taken.offset}};
  if (taken.upload) {
    body["upload_id"] = to_string(*taken.upload);
    body["step_id"] = to_string(taken.step_id);
  }
  const int status = taken.is_out_of_order ? 409 : taken.upload ? 201 : 200;
  Response response = json_response(status, body);
  response.keep_file = taken.piece == onboard::Keep::yes;
  joined.is_kept = taken.whole == onboard::Keep::yes;
  return response;
}

}  // namespace limen::doors::pages
