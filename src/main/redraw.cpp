// Shrinking and encoding; decoding is evidence/decode.hpp's. How libjpeg's
// errors come back is evidence/jpeg.hpp's.
#include "main/redraw.hpp"

#include <png.h>

#include <algorithm>
#include <cstdlib>

#include "evidence/decode.hpp"
#include "evidence/jpeg.hpp"

namespace limen::main {
namespace {

using evidence::Pixels;

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
  evidence::JpegErrors errors{};
  unsigned char* out = nullptr;
  unsigned long size = 0;
};

bool write_jpeg(JpegWriter& writer, Pixels& pixels) {
  jpeg_compress_struct& info = writer.info;
  info.err = evidence::jumping(writer.errors);
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
  auto pixels = evidence::decode_colour(picture, wanted.side);
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
