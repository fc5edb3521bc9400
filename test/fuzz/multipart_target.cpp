// A multipart body: the verdict must not depend on how the bytes arrive, what is read can be shown
// and fits the limits, and a body written from what was read is read the same.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "http/multipart.hpp"

namespace limen::http {
namespace {

struct Read final : MultipartSink {
  std::vector<std::pair<std::string, std::string>> fields;
  std::optional<FilePart> file_part;
  std::string content;
  bool is_ended = false;
  std::optional<Refusal> refused;

  void field(std::string name, std::string value) override {
    fields.emplace_back(std::move(name), std::move(value));
  }
  void file_begin(FilePart part) override {
    ASSERT(!file_part);
    file_part = std::move(part);
  }
  void file_bytes(std::string_view bytes) override {
    ASSERT(file_part && !is_ended && !bytes.empty());
    content += bytes;
  }
  void file_end() override {
    ASSERT(file_part && !is_ended);
    is_ended = true;
  }
};

void read_parts(Read& into, std::string_view boundary, const MultipartLimits& limits,
                std::string_view bytes, std::optional<fuzz::Cuts> cuts) {
  Multipart parser(boundary, limits, into);
  while (!bytes.empty() && !into.refused) {
    const std::size_t size = cuts ? cuts->next(bytes.size()) : bytes.size();
    into.refused = parser.push(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (!into.refused) into.refused = parser.finish();
}

void check_accepted(const Read& read, const MultipartLimits& limits) {
  ASSERT(read.file_part.has_value() == read.is_ended);
  ASSERT(read.content.size() <= limits.file_bytes);
  std::set<std::string> names;
  const auto check_name = [&](const std::string& name) {
    ASSERT(!name.empty() && !has_control(name) && names.insert(name).second);
  };
  for (const auto& [name, value] : read.fields) {
    check_name(name);
    ASSERT(is_utf8(value) && value.size() <= limits.field_bytes);
  }
  if (!read.file_part) return;
  check_name(read.file_part->field);
  ASSERT(!has_control(read.file_part->client_name) && !has_control(read.file_part->media_type));
  ASSERT(names.size() <= limits.parts);
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// As curl writes it.
std::string written(const Read& read, const std::string& boundary) {
  std::string out;
  for (const auto& [name, value] : read.fields)
    out += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted_string(name) +
           "\r\n\r\n" + value + "\r\n";
  if (read.file_part)
    out += "--" + boundary +
           "\r\nContent-Disposition: form-data; name=" + quoted_string(read.file_part->field) +
           "; filename=" + quoted_string(read.file_part->client_name) +
           "\r\nContent-Type: " + read.file_part->media_type + "\r\n\r\n" + read.content + "\r\n";
  return out + "--" + boundary + "--\r\n";
}

void check_rewritten(const Read& read) {
  std::string boundary = "limen";
  const auto is_inside = [&](const std::string& text) {
    return text.find("--" + boundary) != std::string::npos;
  };
  while (is_inside(read.content) || std::ranges::any_of(read.fields, [&](const auto& field) {
           return is_inside(field.second);
         }))
    boundary += 'n';
  Read again;
  read_parts(again, boundary, MultipartLimits(), written(read, boundary), std::nullopt);
  ASSERT(!again.refused && again.fields == read.fields && again.content == read.content);
  ASSERT(again.file_part.has_value() == read.file_part.has_value());
  if (!read.file_part) return;
  ASSERT(again.file_part->field == read.file_part->field);
  ASSERT(again.file_part->client_name == read.file_part->client_name);
  ASSERT(again.file_part->media_type == read.file_part->media_type);
}

FUZZ(multipart) {
  const std::uint8_t seed = fuzz::take_byte(input);
  MultipartLimits limits;
  if (seed % 4 == 0) limits = {.file_bytes = 20, .field_bytes = 10, .head_bytes = 70, .parts = 3};
  const std::string_view content_type = fuzz::take_until(input, '\n');
  const auto boundary = multipart_boundary(content_type);
  if (!boundary) return;
  ASSERT(!boundary->empty() && boundary->size() <= limits::multipart_boundary_bytes);
  ASSERT(is_ascii(*boundary) && !has_control(*boundary) && !boundary->ends_with(' '));
  Read whole, cut;
  read_parts(whole, *boundary, limits, input, std::nullopt);
  read_parts(cut, *boundary, limits, input, fuzz::Cuts(seed));
  ASSERT(whole.refused.has_value() == cut.refused.has_value());
  if (whole.refused) {
    fuzz::check_problem(whole.refused->problem);
    ASSERT(whole.refused->status == cut.refused->status);
    ASSERT(whole.refused->problem == cut.refused->problem);
    return;
  }
  ASSERT(whole.fields == cut.fields && whole.content == cut.content);
  check_accepted(whole, limits);
  check_rewritten(whole);
}

}  // namespace
}  // namespace limen::http
