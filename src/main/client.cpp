// One connection a call over Boost.Beast: commands make a handful of calls. To the caller it
// blocks; inside, each operation is an asynchronous one that is waited for, because Beast's own
// time limits hold for no other. https verifies the certificate against the system's authorities
// and the host's name.
#include "main/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace limen::main {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Message = beast::http::request<beast::http::string_body>;

struct Target {
  std::string scheme, host, port, path;
  std::string authority;  // as the URL writes it: IPv6 in brackets, the port only if given
};

Target split(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (parsed.has_error()) throw std::runtime_error("that is no URL");
  Target target{parsed->scheme(), parsed->host_address(), parsed->port(),
                std::string(parsed->encoded_target()),
                std::string(parsed->encoded_host_and_port())};
  if (target.port.empty()) target.port = target.scheme == "https" ? "443" : "80";
  if (target.path.empty()) target.path = "/";
  return target;
}

Message message_for(const Exchange& exchange, const Target& target) {
  Message message;
  message.method_string(exchange.method);
  message.target(target.path);
  message.version(11);
  message.set(beast::http::field::host, target.authority);
  message.set(beast::http::field::connection, "close");
  for (const auto& header : exchange.headers) {
    const std::size_t colon = header.find(':');
    message.set(header.substr(0, colon), trim(std::string_view(header).substr(colon + 1)));
  }
  if (!exchange.username.empty())
    message.set(beast::http::field::authorization,
                "Basic " + base64(as_bytes(exchange.username + ":" + exchange.password)));
  message.body() = exchange.body;
  message.prepare_payload();
  return message;
}

// Waits for one asynchronous operation after the other, and for all of them no longer than it was
// given. Whoever is late is left: the loop is never run again, so what is still pending never ends.
class Patience {
 public:
  explicit Patience(std::chrono::seconds most) : over_(loop, most) {
    over_.async_wait([this](beast::error_code error) { is_over_ = !error; });
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  template <class Start>
  void await(Start start) {
    std::optional<beast::error_code> ended;
    start([&ended](beast::error_code error, const auto&...) { ended = error; });
    while (!ended && !is_over_) loop.run_one();
    if (!ended) throw beast::system_error(beast::error::timeout);
    if (*ended) throw beast::system_error(*ended);
  }

  asio::io_context loop;

 private:
  asio::steady_timer over_;
  bool is_over_ = false;
};

template <class Stream>
Answer converse(Patience& patience, Stream& stream, const Message& message, std::uint64_t most) {
  patience.await([&](auto done) { beast::http::async_write(stream, message, std::move(done)); });
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(most);
  patience.await(
      [&](auto done) { beast::http::async_read(stream, buffer, parser, std::move(done)); });
  Answer answer;
  answer.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get())
    answer.headers.emplace_back(lower_ascii(field.name_string()), std::string(field.value()));
  answer.body = std::move(parser.get().body());
  return answer;
}

Answer perform(const Exchange& exchange) {
  const Target target = split(exchange.url);
  const Message message = message_for(exchange, target);
  Patience patience(exchange.patience);
  asio::ip::tcp::resolver resolver(patience.loop);
  asio::ip::tcp::resolver::results_type addresses;
  patience.await([&](auto done) {
    resolver.async_resolve(target.host, target.port,
                           [&addresses, done](beast::error_code error, auto found) mutable {
                             addresses = std::move(found);
                             done(error);
                           });
  });
  const auto connect = [&](beast::tcp_stream& stream) {
    patience.await([&](auto done) { stream.async_connect(addresses, std::move(done)); });
  };
  if (target.scheme != "https") {
    beast::tcp_stream stream(patience.loop);
    connect(stream);
    return converse(patience, stream, message, exchange.answer_bytes_max);
  }
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  beast::ssl_stream<beast::tcp_stream> stream(patience.loop, tls);
  stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
  SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
  connect(beast::get_lowest_layer(stream));
  patience.await(
      [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  return converse(patience, stream, message, exchange.answer_bytes_max);
}

}  // namespace

json::value Answer::json() const {
  auto value = parse_json(body);
  return value ? std::move(*value) : json::value(nullptr);
}

Answer call(const Exchange& exchange) {
  try {
    return perform(exchange);
  } catch (const boost::system::system_error& problem) {
    Answer answer;
    answer.error = problem.code().message();  // what() would add places in Boost's sources
    return answer;
  } catch (const std::exception& problem) {
    Answer answer;
    answer.error = problem.what();
    return answer;
  }
}

Answer call_form(const Exchange& exchange, const std::vector<FormPart>& parts) {
  // RFC 2046 section 5.1.1; long enough that no content of ours holds it.
  const std::string boundary = "limen-form-boundary-7d1b0c52e9a94f60";
  Exchange form = exchange;
  for (const FormPart& part : parts) {
    form.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (!part.file_name.empty()) form.body += "; filename=\"" + part.file_name + "\"";
    form.body += "\r\n\r\n" + part.content + "\r\n";
  }
  form.body += "--" + boundary + "--\r\n";
  form.headers.push_back("Content-Type: multipart/form-data; boundary=" + boundary);
  return call(form);
}

Origin origin_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (parsed.has_error()) return Origin::unsafe;
  const bool is_plain = !parsed->has_userinfo() && !parsed->has_query() && !parsed->has_fragment();
  const std::string host = parsed->host_address();
  // Boost 1.81 stops in a name that begins like an IPv4 address, and forgets the rest of it.
  const std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
  const std::string seen = std::string(parsed->encoded_host()) +
                           (parsed->has_port() ? ":" + std::string(parsed->port()) : "");
  const bool is_whole =
      rest.starts_with(seen) && (rest.size() == seen.size() || rest[seen.size()] == '/');
  if (!is_plain || !is_whole || host.empty()) return Origin::unsafe;
  if (parsed->scheme_id() == boost::urls::scheme::https) return Origin::https;
  const bool is_here = host == "127.0.0.1" || host == "::1" || lower_ascii(host) == "localhost";
  return is_here && parsed->scheme_id() == boost::urls::scheme::http ? Origin::loopback
                                                                     : Origin::unsafe;
}

std::optional<std::string> well_known(std::string_view issuer, std::string_view document) {
  if (origin_of(issuer) == Origin::unsafe) return std::nullopt;
  boost::urls::url url(issuer);
  std::string path = "/.well-known/" + std::string(document) + std::string(url.encoded_path());
  if (path.ends_with('/')) path.pop_back();
  url.set_encoded_path(path);
  return std::string(url.buffer());
}

}  // namespace limen::main
