// What the tests of the doors read off an answer.
#pragma once

#include "doors/door.hpp"

namespace limen::doors {

// The first header of that name, spelt exactly so; empty where there is none.
inline std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

}  // namespace limen::doors
