// One connection a call, blocking, over Boost.Beast: commands make a handful of calls. https
// verifies the certificate against the system's authorities and the host's name.
#include "main/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace limen::main {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Message = beast::http::request<beast::http::string_body>;

constexpr std::uint64_t answer_bytes_max = 64ULL * 1024 * 1024;

struct Target {
  std::string scheme, host, port, path;
  std::string authority;  // as the URL writes it: IPv6 in brackets, the port only if given
};

Target split(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (parsed.has_error()) throw std::runtime_error("not a URL: " + url);
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

template <class Stream>
Answer converse(Stream& stream, const Message& message) {
  beast::http::write(stream, message);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(answer_bytes_max);
  beast::http::read(stream, buffer, parser);
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
  asio::io_context loop;
  asio::ip::tcp::resolver resolver(loop);
  const auto addresses = resolver.resolve(target.host, target.port);
  if (target.scheme != "https") {
    beast::tcp_stream stream(loop);
    stream.connect(addresses);
    return converse(stream, message);
  }
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  beast::ssl_stream<beast::tcp_stream> stream(loop, tls);
  stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
  SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
  beast::get_lowest_layer(stream).connect(addresses);
  stream.handshake(asio::ssl::stream_base::client);
  return converse(stream, message);
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

}  // namespace limen::main
