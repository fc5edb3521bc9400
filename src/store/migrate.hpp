// Migrations: the numbered SQL files of migrations/, compiled into the binary, applied in order and
// never backwards. It exists so that a database is either exactly of a schema this binary knows or
// is not touched at all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/connection.hpp"

namespace limen::store {

struct Migration {
  int number;
  std::string_view name;  // "first"
  std::string_view sql;
};

// All this binary carries, in order.
std::span<const Migration> migrations();

// Brings the database up to the last of `known`, in one transaction; returns how many were applied.
// Throws StoreError when the database has a migration that is not in `known` (a newer binary made
// it) or one whose text differs from ours.
int migrate(Connection& connection, std::span<const Migration> known);

}  // namespace limen::store
