// What the operating system grants this process: how many files it may hold open, how many
// connections that leaves, and when its threads give way to each other. It exists so that a full
// house refuses people at the door instead of failing at its own files.
#pragma once

#include <cstddef>

namespace limen::main {

// Raises the soft limit of open files to the hard one; the limit in force afterwards.
std::size_t raise_open_files();

// What `threads` that read the store or have pictures read may open at once: database, pipes, log
// and libraries.
std::size_t own_files(std::size_t threads);

// `wanted`, or as many as `open_files` leaves beside the server's own and beside `uploads`, the
// files of uploads that are under way. Each of those has a connection.
std::size_t connections_within(std::size_t wanted, std::size_t open_files, std::size_t own,
                               std::size_t uploads);

// From here on this thread, and those it starts, wait for a core until whoever has it sleeps or has
// had its slice, a few milliseconds. Otherwise the loop and the lanes, which wake each other for
// every request, take one core from each other in the middle of a batch. Where a core is free
// nobody waits. A favour of the kernel's: without it the server is slower and no less right.
void give_way_late() noexcept;

}  // namespace limen::main
