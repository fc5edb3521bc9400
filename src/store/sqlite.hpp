// SQLite behind the connection interface. Exactly one connection of a file is the `writer`, which
// also is the only one that checkpoints; the others are `reader`s that cannot change anything. That
// is what keeps SQLite 3.40 clear of its WAL-reset race (see README.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "store/connection.hpp"

namespace limen::store {

enum class Role : std::uint8_t { writer, reader };

// Creates the file (mode 0600) if the role is writer and it is not there.
std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, Role role);

// A private database in memory: the store of unit tests.
std::unique_ptr<Connection> open_sqlite_in_memory();

// Copies the file behind `source` to `target` while it is in use, and returns when the copy is
// on the disk. Refuses to overwrite.
void copy_sqlite(const std::filesystem::path& source, const std::filesystem::path& target);

// Removes from that folder what copies left there that the end of their process cut short: each is
// as full of people's data as the file. Call when no copy into it is under way.
void drop_cut_copies(const std::filesystem::path& folder);

}  // namespace limen::store
