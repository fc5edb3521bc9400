// libcurl, loaded when the first letter needs it. It exists because a linked libcurl brings twenty
// libraries and about 4 MiB of resident memory to every process, and dev mode never sends a byte.
// It is the whole of libcurl that this project uses, with what each of our conversations keeps to,
// and decides nothing.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <stdexcept>
#include <string>

#include "base/time.hpp"

namespace limen::outbox {

struct CurlLibrary {
  decltype(&::curl_easy_init) init;
  decltype(&::curl_easy_cleanup) cleanup;
  decltype(&::curl_easy_perform) perform;
  decltype(&::curl_easy_setopt) setopt;
  decltype(&::curl_easy_getinfo) getinfo;
  decltype(&::curl_easy_strerror) strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

// Loads and initialises at the first call; thread-safe (libcurl 7.84 and later initialise safely
// from any thread). Throws std::runtime_error when the library is missing or older than 7.84.
const CurlLibrary& curl_library();

// Where a conversation leads, and how long it may take.
struct CurlPeer {
  std::string url;
  const char* protocols;       // the only ones spoken: "smtp,smtps"
  const std::string& ca_file;  // these authorities and no others; empty: the system's
  Millis connect_time;
  Millis total_time;
};

// One easy handle and the one connection it keeps: no proxy of the environment, no signals, TLS 1.2
// or later with the peer's name checked. Used by one thread at a time. Its end may still speak
// (SMTP says QUIT), through callbacks into what its owner holds: it is the owner's last member.
class CurlHandle {
 public:
  // Throws as curl_library() does, and std::runtime_error when libcurl has no handle to give.
  explicit CurlHandle(const CurlPeer& peer);
  ~CurlHandle() { library_.cleanup(easy_); }
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  // Throws std::runtime_error: libcurl was built without it.
  template <class Value>
  void set(CURLoption option, Value value) {
    if (library_.setopt(easy_, option, value) != CURLE_OK)
      throw std::runtime_error("libcurl.so.4 lacks an option");
  }
  long number(CURLINFO info) const {
    long out = 0;
    library_.getinfo(easy_, info, &out);
    return out;
  }
  CURLcode perform() { return library_.perform(easy_); }
  const CurlLibrary& library() const { return library_; }

 private:
  const CurlLibrary& library_ = curl_library();
  CURL* const easy_ = library_.init();
};

}  // namespace limen::outbox
