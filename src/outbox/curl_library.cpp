// Finding libcurl's functions. The library stays loaded to the end of the process: unloading one
// that started OpenSSL is not safe.
#include "outbox/curl_library.hpp"

#include <dlfcn.h>

namespace limen::outbox {
namespace {

template <class Function>
void find(void* library, const char* name, Function& function) {
  // POSIX dlsym: a pointer to void holds a function's address.
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(std::string("libcurl.so.4 has no ") + name);
}

CurlLibrary load() {
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error("libcurl.so.4 cannot be loaded");
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_version_info) version_info = nullptr;
  find(library, "curl_global_init", global_init);
  find(library, "curl_version_info", version_info);
  if ((version_info(CURLVERSION_NOW)->features & CURL_VERSION_THREADSAFE) == 0)
    throw std::runtime_error("libcurl.so.4 cannot be initialised while threads run");
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    throw std::runtime_error("libcurl refused to start");
  CurlLibrary out{};
  find(library, "curl_easy_init", out.init);
  find(library, "curl_easy_cleanup", out.cleanup);
  find(library, "curl_easy_perform", out.perform);
  find(library, "curl_easy_setopt", out.setopt);
  find(library, "curl_easy_getinfo", out.getinfo);
  find(library, "curl_easy_strerror", out.strerror);
  find(library, "curl_slist_append", out.slist_append);
  find(library, "curl_slist_free_all", out.slist_free_all);
  return out;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary library = load();
  return library;
}

CurlHandle::CurlHandle(const CurlPeer& peer) {
  if (easy_ == nullptr) throw std::runtime_error("libcurl refused a handle");
  set(CURLOPT_URL, peer.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, peer.protocols);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);  // other threads run
  set(CURLOPT_MAXCONNECTS, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!peer.ca_file.empty()) {
    set(CURLOPT_CAINFO, peer.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(peer.connect_time.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(peer.total_time.count()));
}

}  // namespace limen::outbox
