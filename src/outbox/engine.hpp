// The operator's engine over HTTP: one signed POST, and what became of it in one of four words. It
// blocks, as mail does: one check at a time on one thread. Which checks there are and what an
// answer means is not known here.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "onboard/checks.hpp"
#include "outbox/post.hpp"

namespace limen::outbox {

struct EngineSettings {
  std::string url{};          // https, or http on this machine
  std::string secret_file{};  // one line, "whsec_…"; two while it is changed
  std::string ca_file{};      // PEM; empty: the system's
  Millis connect_time = std::chrono::seconds{5};
  Millis total_time = std::chrono::seconds{30};  // of one attempt, everything
};

struct EngineReply {
  onboard::Reply reply = onboard::Reply::later;
  std::string body{};             // of an answer at once
  std::string why{};              // "status 503", "timeout": nothing of what the engine wrote
  std::optional<Seconds> wait{};  // it said how long (Retry-After)
};

// The seam of the worker's tests. Used by one thread at a time; never throws for what the other
// side does.
class EngineLine {
 public:
  virtual ~EngineLine() = default;
  virtual EngineReply post(const std::string& id, Time at, const std::string& body) = 0;
  // No post takes longer.
  virtual Millis longest() const = 0;
};

// The secret of those settings. Checks them and opens nothing; refuses with invalid_field.
Result<std::shared_ptr<const seal::WebhookKey>> engine_key(const EngineSettings& settings);

class HttpEngine final : public EngineLine {
 public:
  HttpEngine(EngineSettings settings, std::shared_ptr<const seal::WebhookKey> key);
  EngineReply post(const std::string& id, Time at, const std::string& body) override;
  Millis longest() const override { return settings_.total_time; }

 private:
  const EngineSettings settings_;
  const std::shared_ptr<const seal::WebhookKey> key_;
  Post post_;
};

}  // namespace limen::outbox
