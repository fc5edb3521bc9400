// The server side of TLS: which versions and suites are spoken, and how a certificate becomes a
// context. Connections made earlier keep the context they began with.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/server.hpp"

namespace limen::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Throws std::system_error when a file cannot be read or the key does not belong to the
// certificate.
TlsContext load_tls(const Tls& tls);

}  // namespace limen::http
