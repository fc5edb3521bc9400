// One page of a list, newest first: how many rows, and where the one before it ended. It stands
// apart because every part of the ledger lists.
#pragma once

#include <optional>

#include "base/id.hpp"

namespace limen::onboard {

struct Page {
  std::size_t limit = 20;
  std::optional<Id> after{};  // cursor: id of the last row of the page before
};

}  // namespace limen::onboard
