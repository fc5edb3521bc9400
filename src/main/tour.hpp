// `limen tour`: walks the four flows against a running server over real HTTP, printing each request
// and answer, and shows the letter that was sent. A newcomer's first look, and the last step of
// `make demo`.
#pragma once

#include <filesystem>
#include <iosfwd>

namespace limen::main {

// An exit code of commands.hpp: done when every step answered as expected, refused when one did
// not, unavailable when the server cannot be reached. `credentials` is the file dev mode writes;
// misuse when it is none.
int tour(const std::filesystem::path& credentials, std::ostream& out, std::ostream& err);

}  // namespace limen::main
