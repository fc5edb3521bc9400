// Codes of all four forms as they lie in photographs: turned, small, blurred, in the dark. How many
// of many are read is measured by test/documents/licences.py.
#include "evidence/barcode.hpp"

#include <gtest/gtest.h>

#include "evidence/drawn_test.hpp"

namespace limen::evidence {
namespace {

const std::string card_text =
    "@\n\x1e\rANSI 636014090102DL00310120DLDCSSAMPLE\nDACANNA\nDADMARIA\nDBB02291988\nDBA07092031"
    "\nDBC2\nDAG12 SPECIMEN STREET\nDAISAMPLETON\nDAJCA\nDAQD1234562\nDCGUSA\r";

TEST(barcode, reads_a_pdf417_however_it_lies) {
  struct Case {
    const char* name;
    Laid how;
  };
  const Case cases[] = {
      {"straight", {}},
      {"five degrees", {.degrees = 5}},
      {"the other way, off the middle", {.degrees = -5, .x = 0.45F, .y = 0.3F}},
      {"twenty degrees", {.degrees = 20}},
      {"upside down", {.degrees = 183}},
      {"on its side", {.degrees = 88}},
      {"on the other side", {.degrees = 267}},
      {"small modules", {.module = 2.5F, .degrees = 2}},
      {"noise", {.degrees = 3, .noise = 30}},
      {"part of twelve megapixels",
       {.width = 4000, .height = 3000, .module = 3, .degrees = 4, .x = 0.2F, .y = 0.8F}},
  };
  const auto modules = modules_of(ZXing::BarcodeFormat::PDF417, card_text);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto codes = read_codes(laid(modules, c.how), Expect::pdf417);
    ASSERT_EQ(codes.size(), 1U);
    EXPECT_EQ(codes[0].form, CodeForm::pdf417);
    EXPECT_EQ(codes[0].bytes, card_text);
  }
  const auto codes = read_codes(blurred(laid(modules, {.module = 3, .degrees = 3}), 1.5F));
  ASSERT_EQ(codes.size(), 1U);
  EXPECT_EQ(codes[0].bytes, card_text);
}

TEST(barcode, reads_the_square_forms) {
  struct Case {
    const char* name;
    ZXing::BarcodeFormat format;
    CodeForm form;
  };
  const Case cases[] = {
      {"QR", ZXing::BarcodeFormat::QRCode, CodeForm::qr},
      {"Aztec", ZXing::BarcodeFormat::Aztec, CodeForm::aztec},
      {"Data Matrix", ZXing::BarcodeFormat::DataMatrix, CodeForm::data_matrix},
  };
  for (const Case& c : cases) {
    const auto modules = modules_of(c.format, "https://example.com/1");
    for (const Laid& how :
         {Laid{.module = 6}, Laid{.module = 6, .degrees = 15}, Laid{.module = 5, .degrees = 180},
          Laid{.width = 4000, .height = 3000, .module = 4, .x = 0.8F, .y = 0.2F}}) {
      SCOPED_TRACE(std::string(c.name) + ", " + std::to_string(how.degrees));
      const auto codes = read_codes(laid(modules, how));
      ASSERT_EQ(codes.size(), 1U);
      EXPECT_EQ(codes[0].form, c.form);
      EXPECT_EQ(codes[0].bytes, "https://example.com/1");
    }
  }
}

TEST(barcode, tells_where_a_code_is) {
  const auto modules = modules_of(ZXing::BarcodeFormat::QRCode, "somewhere");
  const float half = 6 * static_cast<float>(modules.width()) / 2;
  const auto codes = read_codes(laid(modules, {.module = 6, .x = 0.25F, .y = 0.75F}));
  ASSERT_EQ(codes.size(), 1U);
  for (const CodeCorner& corner : codes[0].corners) {
    EXPECT_NEAR(std::abs(static_cast<float>(corner.x) - 400), half, 15);
    EXPECT_NEAR(std::abs(static_cast<float>(corner.y) - 900), half, 15);
  }
}

TEST(barcode, finds_nothing_where_nothing_is) {
  EXPECT_TRUE(read_codes(Grey()).empty());
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 2000}, {25, 25}, {640, 480}})
    EXPECT_TRUE(read_codes(Grey(width, height), Expect::pdf417).empty());
  Grey noise(700, 500);
  std::uint32_t seed = 1;
  for (int y = 0; y < 500; ++y)
    for (int x = 0; x < 700; ++x) {
      seed = seed * 1664525 + 1013904223;
      noise.set(x, y, static_cast<std::uint8_t>(seed >> 24));
    }
  EXPECT_TRUE(read_codes(noise, Expect::pdf417).empty());
}

}  // namespace
}  // namespace limen::evidence
