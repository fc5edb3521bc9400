// TLS over a real socket: certificates made on the spot, versions and suites, reload, deadlines.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "http/fixture_test.hpp"
#include "http/input.hpp"

namespace limen::http::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* thing) const {
    free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL_free>>;
using File = std::unique_ptr<std::FILE, Free<std::fclose>>;

// A folder of its own with a self-signed certificate and its key, gone with the object.
class Papers {
 public:
  Papers() {
    std::string pattern = (std::filesystem::temp_directory_path() / "limen-tls-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Papers() { std::filesystem::remove_all(folder_); }
  Papers(const Papers&) = delete;
  Papers& operator=(const Papers&) = delete;

  Tls paths() const { return {folder_ / "chain.pem", folder_ / "key.pem"}; }

  void write(const char* name) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
    const File chain(std::fopen(paths().certificate_chain.c_str(), "w"));
    PEM_write_X509(chain.get(), certificate.get());
    const File secret(std::fopen(paths().private_key.c_str(), "w"));
    PEM_write_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  void spoil() const { std::ofstream(paths().private_key) << "not a key"; }

 private:
  std::filesystem::path folder_;
};

// A TLS client over the raw one; blocking.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int version = TLS1_3_VERSION, const char* suites = nullptr,
                     std::string_view protocols = {})
      : raw_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_set_security_level(context_.get(), 0);
    if (suites) SSL_CTX_set_cipher_list(context_.get(), suites);
    SSL_CTX_set_alpn_protos(context_.get(),
                            reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), raw_.descriptor());
    is_open_ = SSL_connect(session_.get()) == 1;
  }

  bool is_open() const { return is_open_; }
  std::string name() const {
    const Certificate certificate(SSL_get1_peer_certificate(session_.get()));
    char text[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text,
                              sizeof text);
    return text;
  }
  std::string protocol() const {
    const unsigned char* text = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(session_.get(), &text, &size);
    return {reinterpret_cast<const char*>(text), size};
  }
  // Sends, then reads until the text has come or the connection ends.
  std::string ask(std::string_view bytes, std::string_view until) {
    if (!bytes.empty()) SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
    std::string got;
    char buffer[16384];
    while (got.find(until) == std::string::npos) {
      const int size = SSL_read(session_.get(), buffer, sizeof buffer);
      if (size <= 0) break;
      got.append(buffer, static_cast<std::size_t>(size));
    }
    return got;
  }
  // True when the server ended the stream with close_notify.
  bool sees_goodbye() {
    char byte = 0;
    const int result = SSL_read(session_.get(), &byte, 1);
    return SSL_get_error(session_.get(), result) == SSL_ERROR_ZERO_RETURN;
  }

 private:
  Client raw_;
  Context context_;
  Session session_;
  bool is_open_ = false;
};

struct TlsTest : ::testing::Test {
  TlsTest() {
    papers.write("first");
    options.tls = papers.paths();
  }
  Papers papers;
  Options options;
};

TEST_F(TlsTest, streams_events) {
  Running running(options);
  TlsClient client(running.port());
  EXPECT_NE(client.ask(get("/topic/a"), "changed\n\n").find("200 OK"), std::string::npos);
  running.server->publish("a");
  EXPECT_EQ(client.ask("", "\n\n"), "event: changed\ndata: changed\n\n");
  running.server->stop();
  EXPECT_TRUE(client.sees_goodbye());
}

TEST_F(TlsTest, serves_requests) {
  Running running(options);
  TlsClient client(running.port());
  ASSERT_TRUE(client.is_open());
  EXPECT_NE(client.ask(get("/ping"), "pong").find("200 OK"), std::string::npos);
  EXPECT_NE(client.ask(get("/ping") + get("/seen/x"), "|0").find("pong"), std::string::npos);
  EXPECT_GT(client.ask(get("/big", "Connection: close\r\n"), "never").size(), 3'000'000U);
}

// RFC 6797 section 7.2: in every answer over TLS, also in a refusal, and in none without.
TEST_F(TlsTest, every_answer_asks_for_tls_next_time) {
  const std::string asked =
      "\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains\r\n";
  Running running(options);
  for (const std::string& request : {get("/ping"), get("/nothing"), "GET\t/ HTTP/1.1\r\n\r\n"s}) {
    TlsClient client(running.port());
    EXPECT_NE(client.ask(request, "\r\n\r\n").find(asked), std::string::npos) << request;
  }
  Running plain;
  EXPECT_FALSE(plain.ask(get("/ping")).has("strict-transport-security"));
}

TEST_F(TlsTest, ends_with_close_notify) {
  Running running(options);
  TlsClient client(running.port());
  client.ask(get("/ping", "Connection: close\r\n"), "pong");
  EXPECT_TRUE(client.sees_goodbye());
}

TEST_F(TlsTest, speaks_only_modern_versions_and_suites) {
  struct Case {
    const char* name;
    int version;
    const char* suites;
    enum : std::uint8_t { spoken, refused } want;
  };
  const Case cases[] = {
      {"1.3", TLS1_3_VERSION, nullptr, Case::spoken},
      {"1.2 gcm", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", Case::spoken},
      {"1.2 chacha", TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", Case::spoken},
      {"1.2 cbc", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", Case::refused},
      {"1.2 without forward secrecy", TLS1_2_VERSION, "AES128-GCM-SHA256", Case::refused},
      {"1.1", TLS1_1_VERSION, "ALL:@SECLEVEL=0", Case::refused},
      {"1.0", TLS1_VERSION, "ALL:@SECLEVEL=0", Case::refused},
  };
  Running running(options);
  for (const Case& c : cases) {
    TlsClient client(running.port(), c.version, c.suites);
    EXPECT_EQ(client.is_open(), c.want == Case::spoken) << c.name;
  }
}

TEST_F(TlsTest, negotiates_http_1_1_only) {
  Running running(options);
  EXPECT_EQ(TlsClient(running.port(), TLS1_3_VERSION, nullptr, "\x02h2\x08http/1.1").protocol(),
            "http/1.1");
  EXPECT_FALSE(TlsClient(running.port(), TLS1_3_VERSION, nullptr, "\x02h2").is_open());
}

TEST_F(TlsTest, reload_changes_new_connections_only) {
  Running running(options);
  TlsClient old(running.port());
  EXPECT_EQ(old.name(), "first");
  papers.write("second");
  running.server->reload_tls();
  TlsClient fresh(running.port());
  EXPECT_EQ(fresh.name(), "second");
  EXPECT_NE(old.ask(get("/ping"), "pong").find("pong"), std::string::npos);
  // What cannot be read changes nothing.
  papers.spoil();
  running.server->reload_tls();
  TlsClient kept(running.port());
  EXPECT_EQ(kept.name(), "second");
}

TEST_F(TlsTest, refuses_to_start_without_a_certificate) {
  TestApplication application;
  MemorySpool spool;
  options.port = 0;
  papers.spoil();
  EXPECT_THROW(Server(options, {}, application, spool, [] { return std::string(); }),
               std::system_error);
}

TEST_F(TlsTest, a_handshake_has_a_deadline_and_a_slow_head_is_408) {
  options.header_time = 80ms;
  Running running(options);
  Client silent(running.port());
  EXPECT_TRUE(silent.sees_end());
  Client plain(running.port());
  plain.send(get("/ping"));
  EXPECT_EQ(plain.read_all().find("HTTP"), std::string::npos);
  TlsClient slow(running.port());
  EXPECT_NE(slow.ask("GET /pi", "malformed").find(" 408 "), std::string::npos);
}

// What stands in one record is sent together, wherever a read of it ends.
TEST_F(TlsTest, who_pipelines_waits_in_line_and_nobody_else) {
  constexpr std::size_t crowd = limits::pipelined_in_hand + 4;
  Running running(options);
  const std::string padding(Input::idle_bytes - get("/slow", "X: \r\n").size(), 'x');
  const std::string question = get("/slow", "X: " + padding + "\r\n");
  std::vector<std::unique_ptr<TlsClient>> clients;
  while (clients.size() < crowd) {
    clients.push_back(std::make_unique<TlsClient>(running.port()));
    clients.back()->ask(question + question, "");
  }
  ASSERT_TRUE(running.application.has_waiting(crowd));
  running.application.release();
  for (auto& client : clients) EXPECT_NE(client->ask("", "slow").find("200 OK"), std::string::npos);
  ASSERT_TRUE(running.application.has_waiting(limits::pipelined_in_hand));
  TlsClient other(running.port());
  const std::string whole = post("/echo", std::string(3000, 'a'), "Expect: 100-continue\r\n");
  other.ask(whole.substr(0, whole.size() - 3000), "\r\n\r\n");
  EXPECT_NE(other.ask(whole.substr(whole.size() - 3000), "aa").find("200 OK"), std::string::npos);
  EXPECT_EQ(running.application.asked, crowd + limits::pipelined_in_hand + 1);
  TlsClient(running.port()).ask(get("/ping"), "pong");
  other.ask(get("/slow"), "");
  EXPECT_TRUE(running.application.has_waiting(limits::pipelined_in_hand + 1));
}

TEST_F(TlsTest, stop_lets_answers_leave) {
  Running running(options);
  TlsClient client(running.port());
  std::thread stopper([&] {
    ASSERT_TRUE(running.application.has_waiting(1));
    running.server->stop();
    running.application.release();
  });
  EXPECT_NE(client.ask(get("/slow"), "slow").find("200 OK"), std::string::npos);
  EXPECT_TRUE(client.sees_goodbye());
  stopper.join();
}

}  // namespace
}  // namespace limen::http::testing
