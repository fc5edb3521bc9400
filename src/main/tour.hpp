// `limen tour`: walks the four flows against a running server over real HTTP, printing each request
// and answer, and shows the letter that was sent. A newcomer's first look, and the last step of
// `make demo`.
#pragma once

#include <filesystem>
#include <iosfwd>

namespace limen::main {

// 0 when every step answered as expected, 1 otherwise. `credentials` is the file dev mode writes.
int tour(const std::filesystem::path& credentials, std::ostream& out);

}  // namespace limen::main
