// The network: two hidden layers of rectified sums. Weights are eight-bit numbers with a scale per
// output; they are unpacked once, at the first use, and never change after.
#include "evidence/glyphs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace limen::evidence {
namespace {

constexpr std::array<std::size_t, 4> sizes = {cell_size, 160, 80, glyphs.size() + 1};

// Base64 in pieces: no compiler need take a string as long as all of them.
constexpr std::string_view packed[] = {
#include "evidence/glyphs.inc"
};

struct Layer {
  std::size_t inputs = 0, outputs = 0;
  std::vector<float> weights{}, biases{};  // a row of weights per output

  std::vector<float> operator()(const std::vector<float>& in) const {
    std::vector<float> out(biases);
    for (std::size_t o = 0; o < outputs; ++o) {
      const float* row = &weights[o * inputs];
      std::array<float, 8> sums{};  // side by side, so that the compiler takes them together
      for (std::size_t i = 0; i + 8 <= inputs; i += 8)
        for (std::size_t k = 0; k < 8; ++k) sums[k] += row[i + k] * in[i + k];
      for (const float sum : sums) out[o] += sum;
    }
    return out;
  }
};

float float_at(const Bytes& bytes, std::size_t at) {
  float value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::vector<Layer> unpacked() {
  std::string text;
  for (const std::string_view piece : packed) text += piece;
  const Bytes bytes = from_base64(text).value();
  std::vector<Layer> layers;
  std::size_t at = 0;
  for (std::size_t n = 0; n + 1 < sizes.size(); ++n) {
    Layer layer{sizes[n], sizes[n + 1]};
    const std::size_t scales = at, biases = scales + 4 * layer.outputs;
    at = biases + 4 * layer.outputs;
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      layer.biases.push_back(float_at(bytes, biases + 4 * o));
      for (std::size_t i = 0; i < layer.inputs; ++i)
        layer.weights.push_back(static_cast<float>(static_cast<std::int8_t>(bytes.at(at++))) *
                                float_at(bytes, scales + 4 * o));
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace

Scores recognise(const Cell& cell) {
  static const std::vector<Layer> layers = unpacked();
  std::vector<float> values(cell.size());
  for (std::size_t i = 0; i < cell.size(); ++i)
    values[i] = (static_cast<float>(cell[i]) - 48) / 160;
  for (std::size_t n = 0; n < layers.size(); ++n) {
    values = layers[n](values);
    if (n + 1 < layers.size())
      for (float& value : values) value = std::max(value, 0.0F);
  }
  const float largest = *std::ranges::max_element(values);
  float sum = 0;
  for (const float value : values) sum += std::exp(value - largest);
  Scores scores;
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = values[i] - largest - std::log(sum);
  return scores;
}

std::size_t glyph_of(char c) { return std::min(glyphs.find(c), no_glyph); }

}  // namespace limen::evidence
