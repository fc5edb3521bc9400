// See pictures.hpp. Base64 of the bytes that test/e2e/pictures.py draws.
#include "transcripts/pictures.hpp"

#include <stdexcept>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace limen::transcripts {

namespace {

constexpr std::string_view tiny_png =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGM4AQUMlDEACLEyAaio5RMAAAAA"
    "SUVORK5CYII=";

constexpr std::string_view other_png =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGNIgQIGyhgAhHUZAVE+w4IAAAAA"
    "SUVORK5CYII=";

constexpr std::string_view tiny_jpg =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/E"
    "ABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z";

constexpr std::string_view tiny_webp = "UklGRhgAAABXRUJQVlA4TAwAAAAvAAAAAChggQrU/wA=";

std::string decoded(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes) throw std::logic_error("a picture is damaged");
  return std::string(as_text(*bytes));
}

}  // namespace

std::string picture(std::string_view name) {
  if (name == "tiny.png") return decoded(tiny_png);
  if (name == "other.png") return decoded(other_png);
  if (name == "tiny.jpg") return decoded(tiny_jpg);
  if (name == "tiny.webp") return decoded(tiny_webp);
  if (name == "empty") return {};
  if (name == "people.csv")
    return "\xEF\xBB\xBFlast_name;email;first_name;note\r\n"
           "Doe;carol@example.com;Carol;\"says; \"\"hi\"\"\"\r\n"
           "Doe;not an address;Dan;\r\n"
           "Ray;BOB@example.com;Bob;\r\n"
           "Doe;Carol@example.com;Carol;\r\n"
           "too;few\r\n";
  if (name == "text") return "This is not a picture.\n";
  if (name != "huge.png") throw std::runtime_error("no picture " + std::string(name));
  std::string huge = decoded(tiny_png);
  huge.resize(limits::upload_file_bytes + 1);
  return huge;
}

}  // namespace limen::transcripts
