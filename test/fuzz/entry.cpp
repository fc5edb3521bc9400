// libFuzzer's way into the one target of this program.
#include <cstddef>
#include <cstdint>

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto& all = limen::fuzz::targets();
  ASSERT(all.size() == 1);
  all.front().run({reinterpret_cast<const char*>(data), size});
  return 0;
}
