// libcurl, loaded when the first letter needs it. It exists because a linked libcurl brings twenty
// libraries and about 4 MiB of resident memory to every process, and dev mode never sends a byte.
// It is the whole of libcurl that this project uses, and decides nothing.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

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

}  // namespace limen::outbox
