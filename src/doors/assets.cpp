// The route of the assets, and which of an asset's bodies a browser gets. The bodies themselves are
// generated (tools/web.py).
#include "doors/assets.hpp"

#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace assets {
namespace {

// The text before the next separator, trimmed; `rest` goes on behind it.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

// RFC 9110 section 12.4.2, in thousandths: ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ).
// What is no weight asks for nothing.
int weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight > 1000 ? 0 : weight;
}

// The weight of each coding, in the order of Coding.
std::array<int, 3> weights_of(std::string_view accepted) {
  constexpr int unsaid = -1;
  std::array<int, 3> weights{unsaid, unsaid, unsaid};
  int others = unsaid;
  while (!accepted.empty()) {
    std::string_view element = take(accepted, ',');
    const std::string name = lower_ascii(take(element, ';'));
    int weight = 1000;
    while (!element.empty()) {
      const std::string parameter = lower_ascii(take(element, ';'));
      if (parameter.starts_with("q=")) weight = weight_of(std::string_view(parameter).substr(2));
    }
    if (name == "identity") weights[0] = weight;
    if (name == "gzip" || name == "x-gzip") weights[1] = weight;
    if (name == "br") weights[2] = weight;
    if (name == "*") others = weight;
  }
  for (int& weight : weights)
    if (weight == unsaid) weight = std::max(others, 0);
  return weights;
}

std::string_view body_of(const Asset& asset, Coding coding) {
  switch (coding) {
    case Coding::br: return asset.br;
    case Coding::gzip: return asset.gzip;
    case Coding::identity: break;
  }
  return asset.identity;
}

}  // namespace

const Asset* find(std::string_view name) {
  const auto it = std::ranges::lower_bound(all, name, {}, &Asset::name);
  return it != all.end() && it->name == name ? &*it : nullptr;
}

Coding negotiate(std::optional<std::string_view> accepted, const Asset& asset) {
  if (!accepted) return Coding::identity;
  const std::array<int, 3> weights = weights_of(*accepted);
  Coding best = Coding::identity;
  int best_weight = weights[0];
  for (const Coding coding : {Coding::gzip, Coding::br}) {
    const std::string_view body = body_of(asset, coding);
    const int weight = weights[static_cast<std::size_t>(coding)];
    if (body.empty() || weight == 0 || weight < best_weight) continue;
    if (weight == best_weight && body.size() >= body_of(asset, best).size()) continue;
    best = coding;
    best_weight = weight;
  }
  return best;
}

}  // namespace assets

namespace {

Result<Response> get_asset(const Request& request, Desk&) {
  const std::string& name = request.params.at("name");
  const assets::Asset* asset = assets::find(name);
  if (!asset) return refuse(Problem{Fault::absent, codes::no_route});
  const auto coding = assets::negotiate(request.header("accept-encoding"), *asset);
  Response response;
  // The name holds a digest of the content: what is here never changes (RFC 8246 section 2).
  response.headers = {{"Content-Type", std::string(asset->media_type)},
                      {"Cache-Control", "public, max-age=31536000, immutable"},
                      {"Vary", "Accept-Encoding"}};
  if (coding == assets::Coding::br) response.headers.emplace_back("Content-Encoding", "br");
  if (coding == assets::Coding::gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.built_in = assets::body_of(*asset, coding);
  return response;
}

}  // namespace

std::vector<Route> assets_routes() {
  return {{{"GET", "/assets/{name}", Access::reads, Body::none},
           Tongue::invitation,
           get_asset,
           Needs::nothing}};
}

}  // namespace limen::doors
