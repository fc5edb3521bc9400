// What the operating system grants this process: how many files it may hold open, and how many
// connections that leaves. It exists so that a full house refuses people at the door instead of
// failing at its own files.
#pragma once

#include <cstddef>

namespace limen::main {

// Raises the soft limit of open files to the hard one; the limit in force afterwards.
std::size_t raise_open_files();

// `wanted`, or as many as `open_files` leaves beside the server's own: database, uploads, log.
std::size_t connections_within(std::size_t wanted, std::size_t open_files);

}  // namespace limen::main
