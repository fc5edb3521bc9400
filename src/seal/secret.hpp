// Secret: a text that must not leak. It has no <<, no ==, and wipes itself; the only way out is
// reveal(), so a search for that word audits every use (tools/tidy.py allows it in seal/, doors/,
// outbox/ and main/ only).
#pragma once

#include <openssl/crypto.h>

#include <string>
#include <string_view>
#include <utility>

namespace limen::seal {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
    return *this;
  }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(); }

  std::string_view reveal() const { return text_; }
  // The same secret behind a public prefix.
  Secret with_prefix(std::string_view prefix) const { return Secret(std::string(prefix) + text_); }
  bool is_empty() const { return text_.empty(); }

 private:
  void wipe() noexcept {
    if (!text_.empty()) OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
  }
  std::string text_;
};

}  // namespace limen::seal
