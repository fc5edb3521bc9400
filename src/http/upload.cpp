// The spool file is created with the first batch, so a body refused before that never touches the
// disk.
#include "http/upload.hpp"

#include <algorithm>

#include "http/server.hpp"

namespace limen::http {

std::size_t upload_files(const Options& options) {
  return options.texts_in_flight_bytes / Upload::batch_bytes;
}

void Upload::field(std::string name, std::string value) {
  fields_.emplace(std::move(name), std::move(value));
}

void Upload::file_begin(FilePart part) {
  has_file_ = true;
  received_.field = std::move(part.field);
  received_.client_name = std::move(part.client_name);
  received_.media_type = std::move(part.media_type);
}

void Upload::file_bytes(std::string_view bytes) {
  const BytesView view = as_bytes(bytes);
  const std::size_t wanted = std::min(head_bytes - received_.head.size(), view.size());
  received_.head.insert(received_.head.end(), view.begin(),
                        view.begin() + static_cast<std::ptrdiff_t>(wanted));
  received_.bytes += bytes.size();
  pending_.append(bytes);
}

void Upload::deliver(Request& request) {
  request.fields = std::move(fields_);
  if (has_file_) request.file = std::move(received_);
}

void Upload::note_failure(const char* what) noexcept {
  try {
    failure_ = what;
  } catch (const std::exception&) {
    failure_.clear();
  }
  if (failure_.empty()) failure_ = "unknown";  // short enough to need no memory
}

void Upload::run(Step step) noexcept {
  try {
    if (step == Step::abandon) return file_.reset();
    if (!file_) file_ = spool_.create();
    if (!pending_.empty()) file_->write(as_bytes(pending_));
    written_ += pending_.size();
    pending_.clear();
    if (step == Step::write) return;
    Spooled spooled = file_->finish();
    file_.reset();
    received_.path = std::move(spooled.path);
    received_.name = std::move(spooled.name);
    received_.sha256 = std::move(spooled.sha256);
  } catch (const std::exception& error) {
    file_.reset();
    note_failure(error.what());
  }
}

}  // namespace limen::http
