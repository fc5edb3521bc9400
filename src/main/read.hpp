// What a picture says, found out by evidence/ in a process of its own (apart.hpp). Whatever comes
// back has been in the hands of a process that looked at a stranger's bytes, so it is parsed as if
// it were the stranger's; it can lie about this one picture and about nothing else.
#pragma once

#include <optional>

#include "journey/reading.hpp"
#include "journey/skill.hpp"
#include "main/apart.hpp"

namespace limen::main {

// A picture that process cannot bear, or that takes it too long, is an unreadable one, and so is
// any when there can be no process, which is logged: "nobody looked" may count as nothing, and a
// failure of ours must make no result better.
journey::Reading read_apart(BytesView picture, journey::Shows shows);

// The task of that process. Its words: its name, what the picture is to show.
constexpr const char* read_task = "read-picture";
std::optional<Bytes> run_read(BytesView picture, const Words& words);

}  // namespace limen::main
