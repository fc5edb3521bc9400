// What a browser gets of an asset, and that the generated table is what its users rely on.
#include "doors/assets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "doors/door.hpp"

namespace limen::doors::assets {
namespace {

constexpr Asset both{"a.js", "text/javascript", "four hundred bytes", "two", "three"};
constexpr Asset neither{"b.js", "text/javascript", "tiny", {}, {}};
constexpr Asset zipped{"c.js", "text/javascript", "four hundred bytes", {}, "three"};

std::string_view word(Coding coding) {
  return coding == Coding::br ? "br" : coding == Coding::gzip ? "gzip" : "identity";
}

TEST(Assets, negotiate_by_weight_then_by_size) {
  struct Case {
    const char* name;
    const Asset& asset;
    std::optional<std::string_view> accepted;
    std::string_view want;
  };
  const Case cases[] = {
      {"no header", both, std::nullopt, "identity"},
      {"empty", both, "", "identity"},
      {"a browser's", both, "gzip, deflate, br, zstd", "br"},
      {"gzip alone", both, "gzip", "gzip"},
      {"its old name", both, "x-gzip", "gzip"},
      {"case and blanks", both, " GZip ;  Q=0.5 ", "gzip"},
      {"weight before size", both, "gzip;q=1.0, br;q=0.9", "gzip"},
      {"none of it", both, "br;q=0", "identity"},
      {"none of one", both, "br;q=0, gzip", "gzip"},
      {"anything", both, "*", "br"},
      {"anything but", both, "*, br;q=0", "gzip"},
      {"named before the star", both, "*;q=0, gzip;q=0.1", "gzip"},
      {"nothing at all", both, "*;q=0", "identity"},
      {"identity rather", both, "identity, br;q=0.5", "identity"},
      {"identity unwanted", both, "identity;q=0, br;q=0.001", "br"},
      {"not ours", both, "zstd, compress", "identity"},
      {"no weight", both, "br;q=x, gzip;q=0.001", "gzip"},
      {"past one", both, "br;q=1.001", "identity"},
      {"too many digits", both, "br;q=0.0001", "identity"},
      {"half a weight", both, "br;q=1x", "identity"},
      {"no such body", neither, "br, gzip", "identity"},
      {"only the other body", zipped, "br, gzip;q=0.1", "gzip"},
      {"separators", both, ",;,;q=1,,", "identity"},
  };
  for (const Case& c : cases) EXPECT_EQ(word(negotiate(c.accepted, c.asset)), c.want) << c.name;
}

TEST(Assets, are_found_by_name) {
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Asset::name));
  for (const Asset& asset : all) {
    EXPECT_EQ(find(asset.name), &asset);
    EXPECT_FALSE(asset.media_type.empty()) << asset.name;
    // RFC 1952 section 2.3.1: 1f 8b
    if (!asset.gzip.empty()) {
      EXPECT_EQ(asset.gzip.substr(0, 2), "\x1f\x8b") << asset.name;
    }
    EXPECT_LT(asset.br.size(), asset.identity.size()) << asset.name;
  }
  EXPECT_EQ(find(""), nullptr);
  EXPECT_EQ(find("page"), nullptr);
  EXPECT_EQ(find("zzz"), nullptr);
}

TEST(Assets, the_urls_name_assets) {
  for (const std::string_view url : {page_script, console_script, console_style, licences}) {
    ASSERT_TRUE(url.starts_with("/assets/")) << url;
    EXPECT_NE(find(url.substr(8)), nullptr) << url;
  }
  EXPECT_NE(page_style.find("--ink"), std::string_view::npos);
  // It stands inside <style>: it must not end it.
  EXPECT_EQ(page_style.find("</"), std::string_view::npos);
}

TEST(Assets, an_end_user_page_loads_little) {
  const Asset* script = find(page_script.substr(8));
  ASSERT_NE(script, nullptr);
  EXPECT_LE(script->br.size(), 25'000U);
}

}  // namespace
}  // namespace limen::doors::assets
