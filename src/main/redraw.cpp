// Decoding, shrinking, encoding. libjpeg reports errors by a call that must not return: it jumps
// back here, over C frames that hold nothing of ours.
#include "main/redraw.hpp"

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "onboard/attach.hpp"

namespace limen::main {
namespace {

// Rows of 8-bit red, green, blue, alpha.
struct Pixels {
  std::uint32_t width = 0, height = 0;
  Bytes rgba{};
};

bool is_bearable(std::uint32_t width, std::uint32_t height) {
  return width > 0 && height > 0 && width <= redraw_side_max && height <= redraw_side_max &&
         std::uint64_t{width} * height <= redraw_pixels_max;
}

struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf back;
};

void leave(j_common_ptr info) { std::longjmp(reinterpret_cast<JpegErrors*>(info->err)->back, 1); }
void say_nothing(j_common_ptr, int) {}
void show_nothing(j_common_ptr) {}

void keep_quiet(JpegErrors& errors) {
  jpeg_std_error(&errors.base);
  errors.base.error_exit = leave;
  errors.base.emit_message = say_nothing;
  errors.base.output_message = show_nothing;
}

// EXIF's orientation (TIFF tag 0x0112) of an APP1 marker, 1 to 8; 1 when it says none. Phones write
// pictures lying down and say so only there.
unsigned orientation_of(BytesView app1) {
  if (app1.size() < 14 || std::memcmp(app1.data(), "Exif\0\0", 6) != 0) return 1;
  const BytesView tiff = app1.subspan(6);
  const bool is_little = tiff[0] == 'I';
  const auto number = [&](std::size_t at, std::size_t bytes) -> std::uint32_t {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes && at + i < tiff.size(); ++i)
      value |= std::uint32_t{tiff[at + i]} << 8 * (is_little ? i : bytes - 1 - i);
    return value;
  };
  const std::size_t directory = number(4, 4);
  if (directory + 2 > tiff.size()) return 1;
  const std::size_t entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (number(at, 2) != 0x0112) continue;
    const std::uint32_t value = number(at + 8, 2);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

Pixels turned(Pixels from, unsigned orientation) {
  if (orientation == 1) return from;
  const bool is_swapped = orientation >= 5;
  Pixels to{is_swapped ? from.height : from.width, is_swapped ? from.width : from.height, {}};
  to.rgba.resize(from.rgba.size());
  for (std::uint32_t y = 0; y < to.height; ++y) {
    for (std::uint32_t x = 0; x < to.width; ++x) {
      std::uint32_t u = is_swapped ? y : x, v = is_swapped ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        u = from.width - 1 - u;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        v = from.height - 1 - v;
      std::memcpy(&to.rgba[4 * (std::size_t{y} * to.width + x)],
                  &from.rgba[4 * (std::size_t{v} * from.width + u)], 4);
    }
  }
  return to;
}

// The decoder halves while it decodes, as often as leaves `side` and more.
unsigned halvings(std::uint32_t width, std::uint32_t height, std::uint32_t side) {
  unsigned scale = 1;
  while (scale < 8 && std::max(width, height) / (scale * 2) >= side) scale *= 2;
  return scale;
}

struct JpegReader {
  jpeg_decompress_struct info{};
  JpegErrors errors{};
  Pixels pixels{};
  Bytes row{};
  unsigned orientation = 1;
};

// No object with a destructor lives between setjmp and the end: all is the caller's.
bool read_jpeg(JpegReader& reader, BytesView picture, std::uint32_t side) {
  jpeg_decompress_struct& info = reader.info;
  keep_quiet(reader.errors);
  info.err = &reader.errors.base;
  if (setjmp(reader.errors.back) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, picture.data(), static_cast<unsigned long>(picture.size()));
  jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&info, TRUE);
  if (!is_bearable(info.image_width, info.image_height)) return false;
  for (auto* marker = info.marker_list; marker != nullptr; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1)
      reader.orientation = orientation_of({marker->data, marker->data_length});
  info.scale_num = 1;
  info.scale_denom = halvings(info.image_width, info.image_height, side);
  info.out_color_space = JCS_EXT_RGBA;
  if (info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK) return false;
  jpeg_start_decompress(&info);
  reader.pixels.width = info.output_width;
  reader.pixels.height = info.output_height;
  reader.pixels.rgba.resize(std::size_t{4} * info.output_width * info.output_height);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = &reader.pixels.rgba[std::size_t{4} * info.output_width * info.output_scanline];
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

std::optional<Pixels> from_jpeg(BytesView picture, std::uint32_t side) {
  JpegReader reader;
  const bool did = read_jpeg(reader, picture, side);
  jpeg_destroy_decompress(&reader.info);
  if (!did) return std::nullopt;
  return turned(std::move(reader.pixels), reader.orientation);
}

std::optional<Pixels> from_png(BytesView picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, picture.data(), picture.size()) == 0)
    return std::nullopt;
  Pixels pixels{image.width, image.height, {}};
  image.format = PNG_FORMAT_RGBA;
  const bool is_fit = is_bearable(image.width, image.height);
  if (is_fit) pixels.rgba.resize(PNG_IMAGE_SIZE(image));
  const bool did =
      is_fit && png_image_finish_read(&image, nullptr, pixels.rgba.data(), 0, nullptr) != 0;
  png_image_free(&image);
  if (!did) return std::nullopt;
  return pixels;
}

std::optional<Pixels> from_webp(BytesView picture) {
  int width = 0, height = 0;
  if (WebPGetInfo(picture.data(), picture.size(), &width, &height) == 0) return std::nullopt;
  if (!is_bearable(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)))
    return std::nullopt;
  Pixels pixels{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), {}};
  pixels.rgba.resize(std::size_t{4} * pixels.width * pixels.height);
  const auto* done = WebPDecodeRGBAInto(picture.data(), picture.size(), pixels.rgba.data(),
                                        pixels.rgba.size(), 4 * width);
  if (done == nullptr) return std::nullopt;
  return pixels;
}

// No larger than `side` each way: each new pixel is the mean of those it covers.
Pixels shrunk(Pixels from, std::uint32_t side) {
  const std::uint32_t longest = std::max(from.width, from.height);
  if (longest <= side) return from;
  const auto scaled = [&](std::uint32_t length) {
    return std::max<std::uint32_t>(
        1, static_cast<std::uint32_t>(std::uint64_t{length} * side / longest));
  };
  Pixels to{scaled(from.width), scaled(from.height), {}};
  to.rgba.resize(std::size_t{4} * to.width * to.height);
  for (std::uint32_t y = 0; y < to.height; ++y) {
    const auto top = static_cast<std::uint32_t>(std::uint64_t{y} * from.height / to.height);
    const auto bottom = std::max(
        top + 1, static_cast<std::uint32_t>((std::uint64_t{y} + 1) * from.height / to.height));
    for (std::uint32_t x = 0; x < to.width; ++x) {
      const auto left = static_cast<std::uint32_t>(std::uint64_t{x} * from.width / to.width);
      const auto right = std::max(
          left + 1, static_cast<std::uint32_t>((std::uint64_t{x} + 1) * from.width / to.width));
      std::uint64_t sum[4] = {};
      for (std::uint32_t v = top; v < bottom; ++v)
        for (std::uint32_t u = left; u < right; ++u)
          for (std::size_t c = 0; c < 4; ++c)
            sum[c] += from.rgba[4 * (std::size_t{v} * from.width + u) + c];
      const std::uint64_t count = std::uint64_t{bottom - top} * (right - left);
      for (std::size_t c = 0; c < 4; ++c)
        to.rgba[4 * (std::size_t{y} * to.width + x) + c] =
            static_cast<std::uint8_t>((sum[c] + count / 2) / count);
    }
  }
  return to;
}

// On white, for JPEG knows no alpha.
void lay_on_white(Pixels& pixels) {
  for (std::size_t i = 0; i < pixels.rgba.size(); i += 4) {
    const unsigned alpha = pixels.rgba[i + 3];
    for (std::size_t c = 0; c < 3; ++c)
      pixels.rgba[i + c] =
          static_cast<std::uint8_t>((pixels.rgba[i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

struct JpegWriter {
  jpeg_compress_struct info{};
  JpegErrors errors{};
  unsigned char* out = nullptr;
  unsigned long size = 0;
};

bool write_jpeg(JpegWriter& writer, Pixels& pixels) {
  jpeg_compress_struct& info = writer.info;
  keep_quiet(writer.errors);
  info.err = &writer.errors.base;
  if (setjmp(writer.errors.back) != 0) return false;
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &writer.out, &writer.size);
  info.image_width = pixels.width;
  info.image_height = pixels.height;
  info.input_components = 4;
  info.in_color_space = JCS_EXT_RGBX;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 85, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = &pixels.rgba[std::size_t{4} * pixels.width * info.next_scanline];
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  return true;
}

std::optional<Bytes> as_jpeg(Pixels pixels) {
  lay_on_white(pixels);
  JpegWriter writer;
  const bool did = write_jpeg(writer, pixels);
  std::optional<Bytes> bytes;
  if (did) bytes.emplace(writer.out, writer.out + writer.size);
  jpeg_destroy_compress(&writer.info);
  std::free(writer.out);
  return bytes;
}

std::optional<Bytes> as_png(const Pixels& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = pixels.width;
  image.height = pixels.height;
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes bytes(size);
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.rgba.data(), 0, nullptr) ==
      0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::optional<Bytes> redraw(BytesView picture, const doors::Redraw& wanted) {
  const auto kind = onboard::sniff(picture.first(std::min<std::size_t>(picture.size(), 64)));
  std::optional<Pixels> pixels;
  if (kind == "image/jpeg") pixels = from_jpeg(picture, wanted.side);
  if (kind == "image/png") pixels = from_png(picture);
  if (kind == "image/webp") pixels = from_webp(picture);
  if (!pixels) return std::nullopt;
  Pixels small = shrunk(std::move(*pixels), wanted.side);
  return wanted.form == doors::Redraw::Form::jpeg ? as_jpeg(std::move(small)) : as_png(small);
}

std::optional<Bytes> redraw_apart(BytesView picture, const doors::Redraw& wanted) {
  const bool is_jpeg = wanted.form == doors::Redraw::Form::jpeg;
  return apart(picture, {redraw_task, is_jpeg ? "jpeg" : "png", std::to_string(wanted.side)});
}

std::optional<Bytes> run_redraw(BytesView picture, const Words& words) {
  if (words.size() != 3) return std::nullopt;
  doors::Redraw wanted;
  wanted.form = words[1] == "png" ? doors::Redraw::Form::png : doors::Redraw::Form::jpeg;
  wanted.side = static_cast<std::uint32_t>(std::strtoul(words[2].c_str(), nullptr, 10));
  if (wanted.side == 0) return std::nullopt;
  return redraw(picture, wanted);
}

}  // namespace limen::main
