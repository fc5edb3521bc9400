// Webhooks and their notices in SQL: onboard::Webhooks over the ledger's connection. It answers and
// remembers; what is told to whom is onboard's.
#pragma once

#include <utility>

#include "onboard/webhook.hpp"
#include "store/connection.hpp"

namespace limen::store {

class SqlWebhooks final : public onboard::Webhooks {
 public:
  explicit SqlWebhooks(Connection& connection) : connection_(connection) {}

  void add(const onboard::Webhook& webhook) override;
  bool save(const onboard::Webhook& webhook) override;
  std::optional<onboard::Webhook> webhook(const Id& id) override;
  std::vector<onboard::Webhook> webhooks(const Id& tenant) override;
  void remove(const Id& id) override;
  void add_notice(const onboard::Notice& notice) override;
  bool save_notice(const onboard::Notice& notice) override;
  std::optional<onboard::Notice> notice(const Id& id) override;
  std::vector<onboard::Notice> notices(const Id& tenant, const onboard::NoticeFilter& filter,
                                       const onboard::Page& page) override;
  std::optional<std::pair<onboard::Notice, onboard::Webhook>> claim(Time now, Time until,
                                                                    std::size_t share) override;
  void hurry(const Id& webhook) override;
  std::size_t give_up(const Id& webhook, Time before, Time now, const std::string& why,
                      std::size_t limit) override;
  std::optional<Time> next_due() override;
  std::size_t waiting(std::size_t most) override;

  // Some of what removed webhooks left, at most `limit` rows; how many.
  std::size_t sweep(std::size_t limit);
  // With their session.
  void drop_of(const Id& session);
  // Whether there may be more to send than at the last call.
  bool take_added() { return std::exchange(has_added_, false); }

 private:
  Connection& connection_;
  bool has_added_ = false;
};

}  // namespace limen::store
