// The delimiter search works on a buffer that always keeps enough of a tail for a delimiter cut in
// two, so the result does not depend on where the reads fall.
#include "http/multipart.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/part_head.hpp"

namespace limen::http {
namespace {

constexpr std::size_t kept_bytes = 1024;

}  // namespace

// RFC 2046 section 5.1.1: boundary := 0*69<bchars> bcharsnospace
std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::size_t end = content_type.find(';');
  if (end == std::string_view::npos) return std::nullopt;
  const auto parameters = parse_parameters(content_type.substr(end));
  if (!parameters) return std::nullopt;
  std::optional<std::string> boundary;
  for (const auto& [name, value] : *parameters) {
    if (name != "boundary") continue;
    if (boundary) return std::nullopt;
    boundary = value;
  }
  if (!boundary || boundary->empty() || boundary->size() > limits::multipart_boundary_bytes ||
      boundary->back() == ' ')
    return std::nullopt;
  const bool is_good = std::all_of(boundary->begin(), boundary->end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  });
  if (!is_good) return std::nullopt;
  return boundary;
}

Multipart::Multipart(std::string_view boundary, const MultipartLimits& limits, MultipartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)), limits_(limits), sink_(sink) {}

std::optional<Refusal> Multipart::push(std::string_view bytes) {
  if (refused_) return refused_;
  buffer_.append(bytes);
  while (true) {
    const Progress progress = step();
    if (progress == Progress::refused) return refused_;
    if (progress == Progress::stuck) break;
  }
  // A body may rest here for long, and what is left is little.
  if (buffer_.capacity() > kept_bytes && rest().size() < kept_bytes)
    std::string(rest()).swap(buffer_);
  else buffer_.erase(0, at_);
  at_ = 0;
  return std::nullopt;
}

std::optional<Refusal> Multipart::finish() const {
  if (refused_) return refused_;
  if (state_ != State::epilogue) return malformed("The multipart body is cut short.");
  if (!rest().empty() && rest() != "\r\n") return malformed("Bytes follow the multipart body.");
  return std::nullopt;
}

Multipart::Progress Multipart::refuse(Refusal refusal) {
  refused_ = std::move(refusal);
  return Progress::refused;
}

Multipart::Progress Multipart::step() {
  switch (state_) {
    case State::preamble: return read_preamble();
    case State::after_delimiter: return read_delimiter_end();
    case State::head: return read_head();
    case State::field:
    case State::file: return read_content();
    case State::epilogue: return read_epilogue();
  }
  return Progress::stuck;
}

// RFC 2046 section 5.1.1 allows a preamble "to be ignored"; no form has one. One empty line passes.
Multipart::Progress Multipart::read_preamble() {
  for (const std::size_t skip : {std::size_t{0}, std::size_t{2}}) {
    const std::string_view text = rest().substr(std::min(skip, rest().size()));
    const std::size_t known = std::min(text.size(), delimiter_.size());
    if (text.substr(0, known) != std::string_view(delimiter_).substr(0, known)) continue;
    if (known < delimiter_.size()) return Progress::stuck;
    at_ += skip + delimiter_.size();
    state_ = State::after_delimiter;
    return Progress::more;
  }
  if (rest().size() < 4 && std::string_view("\r\n\r\n").starts_with(rest())) return Progress::stuck;
  return refuse(malformed("The multipart body does not begin with its boundary."));
}

Multipart::Progress Multipart::read_delimiter_end() {
  if (rest().size() < 2) return Progress::stuck;
  if (rest().starts_with("--")) {
    at_ += 2;
    state_ = State::epilogue;
    return Progress::more;
  }
  if (!rest().starts_with("\r\n"))
    return refuse(malformed("A multipart boundary is followed by other bytes."));
  if (++parts_ > limits_.parts) return refuse(malformed("The multipart body has too many parts."));
  at_ += 2;
  state_ = State::head;
  return Progress::more;
}

Multipart::Progress Multipart::read_head() {
  constexpr std::string_view ending = "\r\n\r\n";
  // A head may come byte by byte: what was searched before is not searched again.
  const std::size_t from = known_;
  const std::size_t end = rest().find(ending, from);
  searched_ += std::min(end, rest().size()) - from;
  // The last bytes may be the beginning of the ending.
  const std::size_t least = end != std::string_view::npos   ? end
                            : rest().size() < ending.size() ? 0
                                                            : rest().size() - ending.size() + 1;
  if (least > limits_.head_bytes) return refuse(malformed("A part head is too large."));
  if (end == std::string_view::npos) {
    known_ = least;
    return Progress::stuck;
  }
  known_ = 0;
  const std::string_view head = rest().substr(0, end);
  at_ += end + ending.size();
  return open_part(head);
}

Multipart::Progress Multipart::open_part(std::string_view text) {
  std::string why;
  auto head = parse_part_head(text, why);
  if (!head) return refuse(malformed(std::move(why)));
  if (!names_.insert(head->name).second) return refuse(malformed("A form field occurs twice."));
  value_.clear();
  if (!head->file_name) {
    name_ = std::move(head->name);
    state_ = State::field;
    return Progress::more;
  }
  if (has_file_) return refuse(malformed("There is more than one file."));
  has_file_ = true;
  state_ = State::file;
  FilePart part{std::move(head->name), std::move(*head->file_name), std::move(head->media_type)};
  sink_.file_begin(std::move(part));
  return Progress::more;
}

Multipart::Progress Multipart::read_content() {
  const std::size_t end = rest().find(delimiter_);
  if (end == std::string_view::npos) {
    // The last bytes may be the beginning of a delimiter.
    const std::size_t keep = delimiter_.size() - 1;
    const std::size_t safe = rest().size() > keep ? rest().size() - keep : 0;
    const std::string_view content = rest().substr(0, safe);
    at_ += safe;
    const Progress progress = take_content(content);
    return progress == Progress::refused ? progress : Progress::stuck;
  }
  const std::string_view content = rest().substr(0, end);
  at_ += end + delimiter_.size();
  if (take_content(content) == Progress::refused) return Progress::refused;
  return close_part();
}

Multipart::Progress Multipart::take_content(std::string_view bytes) {
  if (state_ == State::field) {
    if (value_.size() + bytes.size() > limits_.field_bytes)
      return refuse(too_large("A form field is too large."));
    value_.append(bytes);
    return Progress::more;
  }
  file_bytes_ += bytes.size();
  if (file_bytes_ > limits_.file_bytes) return refuse(too_large("The file is too large."));
  if (!bytes.empty()) sink_.file_bytes(bytes);
  return Progress::more;
}

Multipart::Progress Multipart::close_part() {
  if (state_ == State::file) {
    sink_.file_end();
  } else {
    if (!is_utf8(value_)) return refuse(malformed("A form field is not UTF-8 text."));
    sink_.field(std::move(name_), std::move(value_));
  }
  state_ = State::after_delimiter;
  return Progress::more;
}

Multipart::Progress Multipart::read_epilogue() {
  if (rest().size() > 2) return refuse(malformed("Bytes follow the multipart body."));
  return Progress::stuck;
}

}  // namespace limen::http
