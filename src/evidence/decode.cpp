// Caps, then libjpeg, libpng, libwebp. The first two report errors by a call that must not return:
// it jumps back here, over C frames that hold nothing of ours, so no object with a destructor lives
// between setjmp and the end of a function that has one: all is its caller's.
#include "evidence/decode.hpp"

#include <png.h>
#include <webp/decode.h>

#include <algorithm>
#include <cstring>

#include "evidence/jpeg.hpp"

namespace limen::evidence {
namespace {

// `bytes_a_pixel` as the file packs it, before compression.
bool is_bearable(std::uint32_t width, std::uint32_t height, std::size_t size,
                 unsigned bytes_a_pixel = 1) {
  if (width == 0 || height == 0 || width > picture_side_max || height > picture_side_max)
    return false;
  const std::uint64_t pixels = std::uint64_t{width} * height;
  if (pixels > picture_pixels_max) return false;
  // Sixteen bits a colour are twice the work and pack better: they count four times.
  return pixels * (bytes_a_pixel > 4 ? 4 : 1) <= bomb_pixels_free + bomb_pixels_a_byte * size;
}

// How often a picture may be halved so that `side` and more is left.
int halvings(std::uint32_t width, std::uint32_t height, std::uint32_t side, int most) {
  int count = 0;
  while (count < most && std::max(width, height) >> (count + 1) >= std::max(side, 1U)) ++count;
  return count;
}

// --- grey ---

Grey grey_of_size(std::uint32_t width, std::uint32_t height) {
  return {static_cast<int>(width), static_cast<int>(height)};
}

Grey halved_to(Grey grey, std::uint32_t side) {
  const int count = halvings(static_cast<std::uint32_t>(grey.width()),
                             static_cast<std::uint32_t>(grey.height()), side, 14);
  for (int i = 0; i < count && std::min(grey.width(), grey.height()) > 1; ++i) grey = halved(grey);
  return grey;
}

// Grey (and alpha) or red, green, blue (and alpha), on white; weights are those of JPEG.
void make_grey(const std::uint8_t* from, unsigned channels, std::uint8_t* to, std::size_t count) {
  const bool is_coloured = channels >= 3, has_alpha = channels % 2 == 0;
  for (std::size_t i = 0; i < count; ++i, from += channels) {
    const unsigned grey =
        is_coloured ? (77U * from[0] + 150U * from[1] + 29U * from[2] + 128U) >> 8 : from[0];
    const unsigned alpha = has_alpha ? from[channels - 1] : 255;
    to[i] = static_cast<std::uint8_t>((grey * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

// --- JPEG ---

// Called for every row of blocks of every scan.
void count_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > jpeg_scans_max)
    leave_jpeg(info);
}

struct JpegReader {
  jpeg_decompress_struct info{};
  JpegErrors errors{};
  jpeg_progress_mgr progress{};
  bool is_grey = false;
  Pixels pixels{};
  Grey grey{};
  Orientation orientation = 1;
};

bool begin_jpeg(JpegReader& reader, BytesView picture, std::uint32_t side) {
  jpeg_decompress_struct& info = reader.info;
  jpeg_mem_src(&info, picture.data(), static_cast<unsigned long>(picture.size()));
  jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&info, TRUE);
  if (!is_bearable(info.image_width, info.image_height, picture.size())) return false;
  if (info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK) return false;
  if (info.arith_code) return false;
  for (auto* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const BytesView app1(marker->data, marker->data_length);
    if (!is_exif(app1)) continue;
    reader.orientation = orientation_of_exif(app1);
    break;
  }
  info.scale_num = 1;
  info.scale_denom = 1U << halvings(info.image_width, info.image_height, side, 3);
  info.out_color_space = reader.is_grey ? JCS_GRAYSCALE : JCS_EXT_RGBA;
  reader.progress.progress_monitor = count_scans;
  info.progress = &reader.progress;
  return true;
}

bool read_jpeg(JpegReader& reader, BytesView picture, std::uint32_t side) {
  jpeg_decompress_struct& info = reader.info;
  info.err = jumping(reader.errors);
  if (setjmp(reader.errors.back) != 0) return false;
  jpeg_create_decompress(&info);
  if (!begin_jpeg(reader, picture, side)) return false;
  jpeg_start_decompress(&info);
  if (reader.is_grey) {
    reader.grey = grey_of_size(info.output_width, info.output_height);
  } else {
    reader.pixels.width = info.output_width;
    reader.pixels.height = info.output_height;
    reader.pixels.rgba.resize(std::size_t{4} * info.output_width * info.output_height);
  }
  while (info.output_scanline < info.output_height) {
    const std::size_t y = info.output_scanline;
    JSAMPROW row = reader.is_grey ? reader.grey.row(static_cast<int>(y))
                                  : &reader.pixels.rgba[4 * y * info.output_width];
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

bool read_whole_jpeg(JpegReader& reader, BytesView picture, std::uint32_t side) {
  const bool did = read_jpeg(reader, picture, side);
  jpeg_destroy_decompress(&reader.info);
  return did;
}

std::optional<Pixels> colour_of_jpeg(BytesView picture, std::uint32_t side) {
  JpegReader reader;
  if (!read_whole_jpeg(reader, picture, side)) return std::nullopt;
  return turned(std::move(reader.pixels), reader.orientation);
}

std::optional<Grey> grey_of_jpeg(BytesView picture, std::uint32_t side) {
  JpegReader reader;
  reader.is_grey = true;
  if (!read_whole_jpeg(reader, picture, side)) return std::nullopt;
  return turned(halved_to(std::move(reader.grey), side), reader.orientation);
}

// --- PNG ---

// What the header says, and so whether the rest is looked at. IHDR is always the first chunk.
bool is_bearable_png(BytesView picture) {
  if (picture.size() < 33 || std::memcmp(&picture[12], "IHDR", 4) != 0) return false;
  constexpr unsigned channels[] = {1, 0, 3, 1, 2, 0, 4};
  const unsigned depth = picture[24], colour = picture[25];
  if (colour > 6) return false;
  return is_bearable(png_get_uint_32(&picture[16]), png_get_uint_32(&picture[20]), picture.size(),
                     std::max(1U, channels[colour] * depth / 8));
}

std::optional<Pixels> colour_of_png(BytesView picture) {
  if (!is_bearable_png(picture)) return std::nullopt;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, picture.data(), picture.size()) == 0)
    return std::nullopt;
  image.format = PNG_FORMAT_RGBA;
  Pixels pixels{image.width, image.height, Bytes(PNG_IMAGE_SIZE(image))};
  const bool did = png_image_finish_read(&image, nullptr, pixels.rgba.data(), 0, nullptr) != 0;
  png_image_free(&image);
  if (!did) return std::nullopt;
  return turned(std::move(pixels), orientation_of_png(picture));
}

struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  BytesView left{};
  Bytes rows{};
  Grey grey{};
};

void give_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
  if (count > reader->left.size()) png_error(png, "cut");
  std::memcpy(to, reader->left.data(), count);
  reader->left = reader->left.subspan(count);
}

[[noreturn]] void leave_png(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void say_nothing_of_png(png_structp, png_const_charp) {}

// Grey or colour of 8 bits, with alpha where there is transparency; nothing else is asked for, so
// chunks that hold compressed texts and profiles are skipped.
void set_up_png(PngReader& reader) {
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER,
                              reinterpret_cast<png_const_bytep>("iCCP\0iTXt\0zTXt\0tEXt\0sPLT"), 5);
  png_read_info(reader.png, reader.info);
  png_set_expand(reader.png);
  png_set_scale_16(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
}

bool read_png(PngReader& reader) {
  png_struct* png = reader.png;
  png_info* info = reader.info;
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_read_fn(png, &reader, give_bytes);
  set_up_png(reader);
  const bool is_interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
  const std::uint32_t width = png_get_image_width(png, info);
  const std::uint32_t height = png_get_image_height(png, info);
  const unsigned channels = png_get_channels(png, info);
  const std::size_t row = png_get_rowbytes(png, info);
  if (row != std::size_t{channels} * width) return false;
  reader.grey = grey_of_size(width, height);
  if (reader.grey.is_empty()) return false;
  // An interlaced picture comes seven times, each time with more of its pixels.
  reader.rows.resize(is_interlaced ? row * height : row);
  for (int pass = 0; pass < (is_interlaced ? 7 : 1); ++pass) {
    for (std::uint32_t y = 0; y < height; ++y) {
      std::uint8_t* to = &reader.rows[is_interlaced ? row * y : 0];
      png_read_row(png, to, nullptr);
      if (!is_interlaced || pass == 6)
        make_grey(to, channels, reader.grey.row(static_cast<int>(y)), width);
    }
  }
  return true;
}

std::optional<Grey> grey_of_png(BytesView picture, std::uint32_t side) {
  if (!is_bearable_png(picture)) return std::nullopt;
  PngReader reader;
  reader.left = picture;
  reader.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave_png, say_nothing_of_png);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  const bool did = reader.info != nullptr && read_png(reader);
  png_destroy_read_struct(&reader.png, &reader.info, nullptr);
  if (!did) return std::nullopt;
  return turned(halved_to(std::move(reader.grey), side), orientation_of_png(picture));
}

// --- WebP ---

// Still pictures only.
std::optional<WebPBitstreamFeatures> features_of(BytesView picture) {
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(picture.data(), picture.size(), &features) != VP8_STATUS_OK)
    return std::nullopt;
  if (features.has_animation != 0 || features.width < 1 || features.height < 1) return std::nullopt;
  if (!is_bearable(static_cast<std::uint32_t>(features.width),
                   static_cast<std::uint32_t>(features.height), picture.size()))
    return std::nullopt;
  return features;
}

std::optional<Pixels> colour_of_webp(BytesView picture) {
  const auto features = features_of(picture);
  if (!features) return std::nullopt;
  Pixels pixels{static_cast<std::uint32_t>(features->width),
                static_cast<std::uint32_t>(features->height),
                {}};
  pixels.rgba.resize(std::size_t{4} * pixels.width * pixels.height);
  const auto* done = WebPDecodeRGBAInto(picture.data(), picture.size(), pixels.rgba.data(),
                                        pixels.rgba.size(), 4 * features->width);
  if (done == nullptr) return std::nullopt;
  return turned(std::move(pixels), orientation_of_webp(picture));
}

// Its brightness runs from 16 to 235.
void stretch(Grey& grey) {
  std::uint8_t table[256];
  for (int i = 0; i < 256; ++i)
    table[i] = static_cast<std::uint8_t>(std::clamp((255 * (i - 16) + 109) / 219, 0, 255));
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) grey.set(x, y, table[grey.at(x, y)]);
}

std::optional<Grey> grey_of_coloured_webp(BytesView picture, std::uint32_t side) {
  const auto pixels = colour_of_webp(picture);
  if (!pixels) return std::nullopt;
  Grey grey = grey_of_size(pixels->width, pixels->height);
  make_grey(pixels->rgba.data(), 4, grey.row(0), pixels->rgba.size() / 4);
  return halved_to(std::move(grey), side);
}

std::optional<Grey> grey_of_webp(BytesView picture, std::uint32_t side) {
  const auto features = features_of(picture);
  if (!features) return std::nullopt;
  if (features->has_alpha != 0) return grey_of_coloured_webp(picture, side);
  Grey grey = grey_of_size(static_cast<std::uint32_t>(features->width),
                           static_cast<std::uint32_t>(features->height));
  const std::size_t half_width = static_cast<std::size_t>(grey.width() + 1) / 2;
  Bytes u(half_width * static_cast<std::size_t>((grey.height() + 1) / 2)), v(u.size());
  const auto* done = WebPDecodeYUVInto(
      picture.data(), picture.size(), grey.row(0),
      static_cast<std::size_t>(grey.width()) * static_cast<std::size_t>(grey.height()),
      grey.width(), u.data(), u.size(), static_cast<int>(half_width), v.data(), v.size(),
      static_cast<int>(half_width));
  if (done == nullptr) return std::nullopt;
  stretch(grey);
  return turned(halved_to(std::move(grey), side), orientation_of_webp(picture));
}

enum class Form : std::uint8_t { none, jpeg, png, webp };

// By content, never by declaration.
Form form_of(BytesView picture) {
  const auto text = as_text(picture.first(std::min<std::size_t>(picture.size(), 16)));
  if (text.starts_with("\xFF\xD8\xFF")) return Form::jpeg;
  if (text.starts_with("\x89PNG\r\n\x1A\n")) return Form::png;
  if (text.starts_with("RIFF") && text.size() >= 12 && text.substr(8, 4) == "WEBP")
    return Form::webp;
  return Form::none;
}

}  // namespace

std::optional<Pixels> decode_colour(BytesView picture, std::uint32_t side) {
  switch (form_of(picture)) {
    case Form::jpeg: return colour_of_jpeg(picture, side);
    case Form::png: return colour_of_png(picture);
    case Form::webp: return colour_of_webp(picture);
    case Form::none: break;
  }
  return std::nullopt;
}

std::optional<Grey> decode_grey(BytesView picture, std::uint32_t side) {
  switch (form_of(picture)) {
    case Form::jpeg: return grey_of_jpeg(picture, side);
    case Form::png: return grey_of_png(picture, side);
    case Form::webp: return grey_of_webp(picture, side);
    case Form::none: break;
  }
  return std::nullopt;
}

}  // namespace limen::evidence
