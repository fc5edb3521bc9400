// Latencies in buckets whose width grows with the value: each power of two is cut into 128 parts,
// so a percentile is wrong by less than 1 % from a nanosecond to hours, in a fixed 40 KiB. It keeps
// counts only, so recording costs a few nanoseconds and cannot disturb what is measured.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace bench {

class Histogram {
 public:
  void add(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    ++counts_[std::min(bucket_of(value), counts_.size() - 1)];
    ++total_;
    most_ = std::max(most_, value);
  }
  std::uint64_t total() const { return total_; }
  std::uint64_t most() const { return most_; }
  // The upper edge of the bucket that holds the value at `share` (0 to 1) of all, in nanoseconds.
  std::uint64_t at(double share) const {
    const double exact = std::ceil(share * static_cast<double>(total_));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(exact), 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank) return std::min(edge_of(i), most_);
    }
    return most_;
  }

 private:
  static constexpr unsigned part_bits = 7;
  static constexpr std::size_t parts = std::size_t{1} << part_bits;

  // Values below `parts` have a bucket each; above, the leading bits of the value choose it.
  static std::size_t bucket_of(std::uint64_t value) {
    if (value < parts) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - part_bits - 1;
    return (shift + 1) * parts + static_cast<std::size_t>((value >> shift) - parts);
  }
  static std::uint64_t edge_of(std::size_t bucket) {
    if (bucket < parts) return bucket;
    const auto shift = bucket / parts - 1;
    return ((bucket % parts + parts + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(40 * parts);
  std::uint64_t total_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace bench
