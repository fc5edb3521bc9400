// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only; nothing is resumed, so no
// ticket key outlives its connection.
#include "http/tls.hpp"

#include <array>
#include <span>
#include <system_error>

#include <openssl/ssl.h>

namespace limen::http {
namespace {

namespace ssl = boost::asio::ssl;

void require(bool is_good, const char* what) {
  if (!is_good) throw std::system_error(std::make_error_code(std::errc::not_supported), what);
}

// RFC 7301 section 3.2: with no protocol in common the handshake fails; a client that offers HTTP/2
// only would not understand us.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> ours = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, out_size, ours.data(), ours.size(), offered, offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void restrict_protocol(SSL_CTX* context) {
  require(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1, "TLS 1.2");
  // RFC 9325 section 4.2: ECDHE with AES-GCM or ChaCha20. Every TLS 1.3 suite qualifies by itself.
  require(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1, "TLS suites");
  require(SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1, "TLS groups");
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // idle connections give theirs back
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

TlsContext load_tls(const Tls& tls) {
  try {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    restrict_protocol(context->native_handle());
    context->use_certificate_chain_file(tls.certificate_chain.string());
    context->use_private_key_file(tls.private_key.string(), ssl::context::pem);
    return context;
  } catch (const boost::system::system_error& error) {
    throw std::system_error(static_cast<std::error_code>(error.code()),
                            "the TLS certificate or key cannot be used");
  }
}

}  // namespace limen::http
