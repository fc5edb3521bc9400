// Pictures written here by the encoders themselves, in every form that is read and some that are
// not. Each shows four grey quarters, so that it can be told which way is up.
#include "evidence/decode.hpp"

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace limen::evidence {
namespace {

constexpr int wide = 96, high = 64;
using Quarters = std::array<int, 4>;  // upper left, upper right, lower left, lower right
constexpr Quarters plain = {20, 90, 160, 230};

int quarter_at(int x, int y, int width, int height) {
  return plain[static_cast<std::size_t>((x * 2 >= width ? 1 : 0) + (y * 2 >= height ? 2 : 0))];
}

Bytes rgb(int width = wide, int height = high) {
  Bytes out;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      out.insert(out.end(), 3, static_cast<std::uint8_t>(quarter_at(x, y, width, height)));
  return out;
}

Bytes flat(int width, int height) {
  return Bytes(static_cast<std::size_t>(3 * width * height), 200);
}

// --- encoders ---

using Tune = std::function<void(jpeg_compress_struct&)>;

// As a camera writes it: a directory whose second entry says how the picture lies.
Bytes exif(unsigned orientation, std::string_view order = "MM", std::string_view head = {}) {
  Bytes out(head.begin(), head.end());
  const auto put = [&](unsigned value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      out.push_back(static_cast<std::uint8_t>(value >> 8 * (order == "II" ? i : bytes - 1 - i)));
  };
  out.insert(out.end(), order.begin(), order.end());
  put(42, 2);
  put(10, 4);  // two bytes behind the usual place
  put(0, 2);
  put(2, 2);
  for (const unsigned tag : {0x0103U, 0x0112U}) {
    put(tag, 2);
    put(3, 2);
    put(1, 4);
    put(tag == 0x0112 ? orientation : 6, 2);
    put(0, 2);
  }
  put(0, 4);
  return out;
}
constexpr std::string_view exif_head{"Exif\0\0", 6};
constexpr std::string_view xmp{"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>", 41};

Bytes jpeg(const Tune& tune = {}, const std::vector<Bytes>& app1 = {},
           J_COLOR_SPACE space = JCS_RGB) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = wide;
  info.image_height = high;
  info.in_color_space = space;
  info.input_components = space == JCS_CMYK ? 4 : space == JCS_GRAYSCALE ? 1 : 3;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  if (tune) tune(info);
  jpeg_start_compress(&info, TRUE);
  for (const Bytes& content : app1)
    jpeg_write_marker(&info, JPEG_APP0 + 1, content.data(), static_cast<unsigned>(content.size()));
  const auto channels = static_cast<std::size_t>(info.input_components);
  Bytes row(channels * wide);
  while (info.next_scanline < info.image_height) {
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = static_cast<std::uint8_t>(quarter_at(
          static_cast<int>(i / channels), static_cast<int>(info.next_scanline), wide, high));
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  Bytes bytes(out, out + size);
  jpeg_destroy_compress(&info);
  std::free(out);
  return bytes;
}

void append(png_structp png, png_bytep from, std::size_t count) {
  auto& out = *static_cast<Bytes*>(png_get_io_ptr(png));
  out.insert(out.end(), from, from + count);
}
void flush_nothing(png_structp) {}

struct PngForm {
  int colour, depth, interlace;
  Bytes exif{};
  bool is_exif_last = false;
};

// Sixteen levels for a palette: its entries are the quarters' own.
Bytes png(const PngForm& form, std::uint32_t width = wide, std::uint32_t height = high,
          bool is_flat = false) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, append, flush_nothing);
  png_set_IHDR(png, info, width, height, form.depth, form.colour, form.interlace, 0, 0);
  png_color palette[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto value = static_cast<std::uint8_t>(plain[i]);
    palette[i] = {value, value, value};
  }
  if (form.colour == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette, 4);
  Bytes exif = form.exif;
  const auto add_exif = [&](bool is_last) {
    if (exif.empty() || is_last != form.is_exif_last) return;
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
  };
  add_exif(false);
  png_write_info(png, info);
  const int passes = png_set_interlace_handling(png);
  const std::size_t channels = png_get_channels(png, info), bytes = form.depth == 16 ? 2 : 1;
  Bytes row(channels * bytes * width);
  for (int pass = 0; pass < passes; ++pass)
    for (std::uint32_t y = 0; y < height; ++y) {
      for (std::uint32_t x = 0; x < width && !is_flat; ++x) {
        const int value = quarter_at(static_cast<int>(x), static_cast<int>(y),
                                     static_cast<int>(width), static_cast<int>(height));
        for (std::size_t c = 0; c < channels; ++c) {
          const bool is_alpha = channels % 2 == 0 && c + 1 == channels;
          const auto here =
              static_cast<std::uint8_t>(is_alpha                                ? 255
                                        : form.colour == PNG_COLOR_TYPE_PALETTE ? (value - 20) / 70
                                                                                : value);
          std::memset(&row[(x * channels + c) * bytes], here, bytes);
        }
      }
      png_write_row(png, row.data());
    }
  add_exif(true);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

Bytes webp(const Bytes& pixels, int width, int height, bool is_lossless) {
  std::uint8_t* out = nullptr;
  const std::size_t size =
      is_lossless ? WebPEncodeLosslessRGB(pixels.data(), width, height, 3 * width, &out)
                  : WebPEncodeRGB(pixels.data(), width, height, 3 * width, 90, &out);
  Bytes bytes(out, out + size);
  WebPFree(out);
  return bytes;
}

// A picture in the form that has room for more than pixels (RFC 9649, 2.7), its EXIF last.
Bytes with_exif(const Bytes& simple, const Bytes& exif, std::string_view before = {}) {
  Bytes out;
  const auto put = [&](std::size_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  const auto name = [&](std::string_view text) { out.insert(out.end(), text.begin(), text.end()); };
  name("RIFF");
  put(0, 4);
  name("WEBPVP8X");
  put(10, 4);
  put(8, 4);  // has EXIF
  put(wide - 1, 3);
  put(high - 1, 3);
  out.insert(out.end(), simple.begin() + 12, simple.end());
  name(before);
  name("EXIF");
  put(exif.size(), 4);
  out.insert(out.end(), exif.begin(), exif.end());
  if (exif.size() % 2 != 0) out.push_back(0);
  for (std::size_t i = 0; i < 4; ++i)
    out[4 + i] = static_cast<std::uint8_t>((out.size() - 8) >> 8 * i);
  return out;
}

// --- what is seen ---

Quarters quarters_of(const Grey& grey) {
  const int x = grey.width() / 4, y = grey.height() / 4;
  return {grey.at(x, y), grey.at(3 * x, y), grey.at(x, 3 * y), grey.at(3 * x, 3 * y)};
}

Quarters quarters_of(const Pixels& pixels) {
  const auto at = [&](std::uint32_t x, std::uint32_t y) {
    const std::size_t i = 4 * (std::size_t{y} * pixels.width + x);
    EXPECT_EQ(pixels.rgba[i + 3], 255);
    return (pixels.rgba[i] + pixels.rgba[i + 1] + pixels.rgba[i + 2]) / 3;
  };
  const std::uint32_t x = pixels.width / 4, y = pixels.height / 4;
  return {at(x, y), at(3 * x, y), at(x, 3 * y), at(3 * x, 3 * y)};
}

void expect_near(const Quarters& seen, const Quarters& wanted) {
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(seen[i], wanted[i], 5) << "quarter " << i;
}

TEST(decode, reads_every_form) {
  const std::pair<const char*, Bytes> cases[] = {
      {"JPEG", jpeg()},
      {"JPEG, progressive", jpeg([](auto& info) { jpeg_simple_progression(&info); })},
      {"JPEG, grey", jpeg({}, {}, JCS_GRAYSCALE)},
      {"JPEG, RGB", jpeg([](auto& info) { jpeg_set_colorspace(&info, JCS_RGB); })},
      {"JPEG, colours in full", jpeg([](auto& info) {
         info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
       })},
      {"PNG", png({PNG_COLOR_TYPE_RGB, 8, 0})},
      {"PNG, grey", png({PNG_COLOR_TYPE_GRAY, 8, 0})},
      {"PNG, alpha", png({PNG_COLOR_TYPE_RGBA, 8, 0})},
      {"PNG, grey and alpha", png({PNG_COLOR_TYPE_GRAY_ALPHA, 8, 0})},
      {"PNG, 16 bits", png({PNG_COLOR_TYPE_RGBA, 16, 0})},
      {"PNG, palette", png({PNG_COLOR_TYPE_PALETTE, 8, 0})},
      {"PNG, interlaced", png({PNG_COLOR_TYPE_RGB, 8, 1})},
      {"PNG, interlaced palette", png({PNG_COLOR_TYPE_PALETTE, 8, 1})},
      {"WebP", webp(rgb(), wide, high, false)},
      {"WebP, lossless", webp(rgb(), wide, high, true)},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const auto grey = decode_grey(bytes);
    const auto colour = decode_colour(bytes);
    ASSERT_TRUE(grey && colour);
    EXPECT_EQ(grey->width(), wide);
    EXPECT_EQ(grey->height(), high);
    EXPECT_EQ(colour->width, static_cast<std::uint32_t>(wide));
    EXPECT_EQ(colour->height, static_cast<std::uint32_t>(high));
    expect_near(quarters_of(*grey), plain);
    // libpng takes a file of 16 bits without a gamma for linear light, so its colours come
    // brighter.
    if (std::string_view(name) != "PNG, 16 bits") expect_near(quarters_of(*colour), plain);
    // Whatever is cut off, nothing happens but a refusal or part of a picture.
    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 60) {
      decode_grey(BytesView(bytes).first(size));
      decode_colour(BytesView(bytes).first(size));
    }
  }
}

TEST(decode, transparent_is_white) {
  Bytes out;
  std::uint8_t* data = nullptr;
  const Bytes clear(std::size_t{4} * wide * high, 0);
  const std::size_t size = WebPEncodeLosslessRGBA(clear.data(), wide, high, 4 * wide, &data);
  out.assign(data, data + size);
  WebPFree(data);
  const auto grey = decode_grey(out);
  ASSERT_TRUE(grey);
  EXPECT_EQ(grey->at(wide / 2, high / 2), 255);
}

TEST(decode, turns_a_picture_upright) {
  constexpr int a = plain[0], b = plain[1], c = plain[2], d = plain[3];
  constexpr Quarters upright[] = {{a, b, c, d}, {a, b, c, d}, {b, a, d, c}, {d, c, b, a},
                                  {c, d, a, b}, {a, c, b, d}, {c, a, d, b}, {d, b, c, a},
                                  {b, d, a, c}, {a, b, c, d}};
  const auto text = [](std::string_view t) { return Bytes(t.begin(), t.end()); };
  const Bytes simple = webp(rgb(), wide, high, false);
  for (unsigned orientation = 0; orientation < 10; ++orientation) {
    const Bytes big = exif(orientation), little = exif(orientation, "II");
    const Bytes headed = exif(orientation, "MM", exif_head);
    Bytes odd = headed;
    odd.push_back(0);
    const std::pair<const char*, Bytes> cases[] = {
        {"JPEG", jpeg({}, {headed})},
        {"JPEG, little endian", jpeg({}, {exif(orientation, "II", exif_head)})},
        {"JPEG, XMP behind", jpeg({}, {headed, text(xmp)})},
        {"JPEG, XMP before", jpeg({}, {text(xmp), headed})},
        {"JPEG, the first counts", jpeg({}, {headed, exif(3, "MM", exif_head)})},
        {"PNG", png({PNG_COLOR_TYPE_RGB, 8, 0, big})},
        {"PNG, little endian", png({PNG_COLOR_TYPE_RGB, 8, 0, little})},
        {"PNG, interlaced", png({PNG_COLOR_TYPE_RGB, 8, 1, big})},
        {"WebP", with_exif(simple, big)},
        {"WebP, little endian", with_exif(simple, little)},
        {"WebP, with JPEG's head", with_exif(simple, headed)},
        {"WebP, odd", with_exif(simple, odd)},
        {"WebP, behind others", with_exif(simple, big, {"ABCD\1\0\0\0x\0", 10})},
        {"WebP, lossless", with_exif(webp(rgb(), wide, high, true), big)},
    };
    for (const auto& [name, bytes] : cases) {
      SCOPED_TRACE(name + std::to_string(orientation));
      const auto grey = decode_grey(bytes);
      const auto colour = decode_colour(bytes);
      ASSERT_TRUE(grey && colour);
      const bool is_lying = orientation >= 5 && orientation <= 8;
      EXPECT_EQ(grey->width(), is_lying ? high : wide);
      EXPECT_EQ(colour->width, static_cast<std::uint32_t>(is_lying ? high : wide));
      expect_near(quarters_of(*grey), upright[orientation]);
      expect_near(quarters_of(*colour), upright[orientation]);
    }
  }
}

// What is broken says nothing, wherever it breaks off.
TEST(decode, a_broken_orientation_leaves_the_picture_as_it_is) {
  const Bytes simple = webp(rgb(), wide, high, false);
  const Bytes whole = exif(6);
  constexpr std::size_t enough = 10 + 2 + 12 + 12;  // the two entries and what stands before
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    const Bytes cut(whole.begin(), whole.begin() + static_cast<long>(size));
    Bytes headed(exif_head.begin(), exif_head.end());
    headed.insert(headed.end(), cut.begin(), cut.end());
    const int width = size < enough ? wide : high;
    EXPECT_EQ(decode_grey(jpeg({}, {headed}))->width(), width);
    EXPECT_EQ(decode_grey(with_exif(simple, cut))->width(), width);
  }
  struct Case {
    std::size_t at;
    std::uint8_t value;
    const char* what;
  };
  for (const Case& c : {Case{0, 'X', "no order of bytes"},
                        {4, 0xFF, "a directory beyond the end"},
                        {3, 43, "no TIFF"},
                        {27, 4, "a long number"},
                        {31, 2, "two of them"},
                        {10, 0xFF, "more entries than there are"},
                        {24, 0x02, "another tag"}}) {
    Bytes wrong = whole;
    wrong[c.at] = c.value;
    // Of more entries than there are, those that are there count.
    EXPECT_EQ(decode_grey(with_exif(simple, wrong))->width(), c.at == 10 ? high : wide) << c.what;
  }
  EXPECT_EQ(orientation_of_png(png({PNG_COLOR_TYPE_RGB, 8, 0, whole, true})), 1U)
      << "behind the pixels";
  // A chunk that claims more than the file has ends the search.
  Bytes png_file = png({PNG_COLOR_TYPE_RGB, 8, 0, whole});
  const std::string_view name = "eXIf";
  const auto found = std::search(png_file.begin(), png_file.end(), name.begin(), name.end());
  ASSERT_NE(found, png_file.end());
  EXPECT_EQ(orientation_of_png(png_file), 6U);
  *(found - 4) = 0xFF;
  EXPECT_EQ(orientation_of_png(png_file), 1U);
  EXPECT_EQ(orientation_of_png(BytesView(png_file).first(20)), 1U);
  Bytes webp_file = with_exif(simple, whole);
  EXPECT_EQ(orientation_of_webp(webp_file), 6U);
  webp_file[webp_file.size() - whole.size() - 1] = 0xFF;
  EXPECT_EQ(orientation_of_webp(webp_file), 1U);
}

TEST(decode, halves_as_far_as_is_asked) {
  struct Case {
    std::uint32_t side;
    int width;
  };
  const Bytes forms[] = {jpeg(), png({PNG_COLOR_TYPE_RGB, 8, 0}), webp(rgb(), wide, high, false)};
  for (const Bytes& bytes : forms)
    for (const Case& c : {Case{96, 96},
                          {49, 96},
                          {48, 48},
                          {30, 48},
                          {24, 24},
                          {12, 12},
                          {7, 12},
                          {6, 6},
                          {0, 1}}) {
      const auto grey = decode_grey(bytes, c.side);
      ASSERT_TRUE(grey);
      EXPECT_EQ(grey->width(), c.side == 0 ? grey->width() : c.width) << c.side;
      if (c.side >= 12) expect_near(quarters_of(*grey), plain);
    }
}

Bytes with_size(Bytes picture, unsigned width, unsigned height) {
  for (std::size_t i = 0; i + 9 < picture.size(); ++i)
    if (picture[i] == 0xFF && (picture[i + 1] == 0xC0 || picture[i + 1] == 0xC2)) {
      picture[i + 5] = static_cast<std::uint8_t>(height >> 8);
      picture[i + 6] = static_cast<std::uint8_t>(height);
      picture[i + 7] = static_cast<std::uint8_t>(width >> 8);
      picture[i + 8] = static_cast<std::uint8_t>(width);
      break;
    }
  return picture;
}

// The last scan of a progressive picture, over and over.
Bytes with_scans(std::size_t count) {
  Bytes bytes = jpeg([](auto& info) { jpeg_simple_progression(&info); });
  std::size_t last = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == 0xFF && bytes[i + 1] == 0xDA) last = i;
  const Bytes scan(bytes.begin() + static_cast<long>(last), bytes.end() - 2);
  bytes.resize(bytes.size() - 2);
  for (std::size_t i = 0; i < count; ++i) bytes.insert(bytes.end(), scan.begin(), scan.end());
  bytes.insert(bytes.end(), {0xFF, 0xD9});
  return bytes;
}

Bytes animated() {
  Bytes bytes = webp(rgb(), wide, high, true);
  const Bytes head = {'V', 'P', '8', 'X', 10, 0, 0, 0, 2, 0, 0, 0, wide - 1, 0, 0, high - 1, 0, 0};
  bytes.insert(bytes.begin() + 12, head.begin(), head.end());
  bytes[4] = static_cast<std::uint8_t>(bytes.size() - 8);
  return bytes;
}

Bytes png_of(std::uint32_t width, std::uint32_t height) {
  Bytes bytes = png({PNG_COLOR_TYPE_GRAY, 8, 0});
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[16 + i] = static_cast<std::uint8_t>(width >> 8 * (3 - i));
    bytes[20 + i] = static_cast<std::uint8_t>(height >> 8 * (3 - i));
  }
  return bytes;
}

TEST(decode, refuses_bombs_and_what_is_no_picture) {
  const Bytes good = jpeg();
  const std::pair<const char*, Bytes> cases[] = {
      {"nothing", {}},
      {"text", {'h', 'e', 'l', 'l', 'o'}},
      {"GIF", {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0}},
      {"JPEG, 50,000 square", with_size(good, 50'000, 50'000)},
      {"JPEG, wide", with_size(good, 12'001, 8)},
      {"JPEG, 25 megapixels of a kilobyte", with_size(good, 5000, 5000)},
      {"JPEG, a hundred scans", with_scans(100)},
      {"JPEG, CMYK", jpeg({}, {}, JCS_CMYK)},
      {"JPEG, arithmetic", jpeg([](auto& info) { info.arith_code = TRUE; })},
      {"PNG, 50,000 square", png_of(50'000, 50'000)},
      {"PNG, no size", png_of(0, 1)},
      {"PNG, the largest number", png_of(0xFFFFFFFF, 0xFFFFFFFF)},
      {"PNG, nothing but zeros", png({PNG_COLOR_TYPE_GRAY, 8, 0}, 2400, 1200, true)},
      {"PNG, zeros of 16 bits", png({PNG_COLOR_TYPE_RGBA, 16, 0}, 2000, 1100, true)},
      {"WebP, nothing but grey", webp(flat(1600, 1400), 1600, 1400, true)},
      {"WebP, animated", animated()},
  };
  for (const auto& [name, bytes] : cases) {
    EXPECT_FALSE(decode_grey(bytes)) << name;
    EXPECT_FALSE(decode_colour(bytes)) << name;
  }
  EXPECT_TRUE(decode_grey(with_scans(3)));
  EXPECT_TRUE(decode_grey(png({PNG_COLOR_TYPE_GRAY, 8, 0}, 1600, 1200, true)));
}

}  // namespace
}  // namespace limen::evidence
