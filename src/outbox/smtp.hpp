// Letters to a mail relay by SMTP submission (RFC 5321, RFC 6409), through libcurl. It exists to
// turn every way a relay can fail into one of five outcomes. It blocks: one worker thread, one
// letter at a time (README.md says why), and it never speaks to the recipient's own server.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "outbox/transport.hpp"
#include "seal/secret.hpp"

namespace limen::outbox {

enum class Tls : std::uint8_t {
  none,      // plain text: for a relay on this machine
  starttls,  // RFC 3207, required: without it nothing is sent
  tls,       // RFC 8314: TLS from the first byte
};
enum class LoopbackAuth : std::uint8_t { refused, allowed };

struct SmtpSettings {
  std::string host;
  std::uint16_t port = 587;
  Tls tls = Tls::starttls;
  std::string user{};           // empty: no AUTH
  std::string password_file{};  // read once, by make()
  // Whether AUTH may go in clear to 127.0.0.0/8, ::1 or "localhost". To others it never does.
  LoopbackAuth loopback_auth = LoopbackAuth::refused;
  std::string ca_file{};                           // PEM; empty: the system's
  std::string hello{};                             // our name in EHLO; empty: this machine's
  Millis connect_time = std::chrono::seconds{10};  // TCP, greeting, TLS, AUTH
  Millis total_time = std::chrono::seconds{60};    // one letter, everything
  Seconds stall_time = std::chrono::seconds{30};   // without a byte, or without a reply
};

class Smtp final : public Transport {
 public:
  // Checks the settings and reads the password; opens nothing. Refuses with invalid_field.
  static Result<std::unique_ptr<Smtp>> make(SmtpSettings settings);
  ~Smtp() override;
  Smtp(const Smtp&) = delete;
  Smtp& operator=(const Smtp&) = delete;

  // Keeps the connection for the next letter. Throws std::runtime_error only when there is no
  // libcurl.
  Delivery send(const Envelope& envelope, const Message& message) override;
  // The same for bytes that are a message already. Refuses for good what is not is_wire_safe.
  Delivery send_bytes(const Envelope& envelope, std::string_view bytes);
  // Connects, greets, secures and logs in as for a letter, and says NOOP: for doctor. On a
  // connection of its own. Refuses with mail_refused; `detail` is the reason.
  Result<void> probe() const;
  Millis longest() const override { return 2 * settings_.total_time; }
  void rest() override;

 private:
  struct Line;  // the connection and what was said on it
  Smtp(SmtpSettings settings, seal::Secret password);

  SmtpSettings settings_;
  seal::Secret password_;
  std::unique_ptr<Line> line_;
};

}  // namespace limen::outbox
