// What every connection of one server shares: the loop, the limits, the routes, the application,
// the counters, and the list of connections itself. Loop thread only, except where said.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "http/answer.hpp"
#include "http/budget.hpp"
#include "http/file_lane.hpp"
#include "http/loop.hpp"
#include "http/roster.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/streams.hpp"
#include "http/tls.hpp"
#include "http/turns.hpp"

namespace limen::http {

class Connection;

enum class Phase : std::uint8_t {
  serving,
  draining,  // no new connections; answers leave with Connection: close
};

struct Core {
  Core(Options given, const std::vector<const Route*>& routes, Application& app, Spool& files,
       std::function<std::string()> ids)
      : options(std::move(given)),
        uploads(options.uploads_in_flight_bytes),
        texts(options.texts_in_flight_bytes),
        places(options.connections),
        streams(options.streams, options.streams_of_topic),
        router(routes),
        application(app),
        spool(files),
        request_ids(std::move(ids)) {}

  // Connections enter and leave by themselves.
  Roster<Connection>::Place enter(Connection* connection) { return connections.enter(connection); }
  void leave(Roster<Connection>::Place place) {
    connections.leave(place);
    if (connections.empty() && on_empty) on_empty();
  }

  const Options options;
  Budget uploads;   // bytes of files that no answer has settled yet
  Budget texts;     // bytes in memory, of files until they are on disk, beyond a little of each
  Budget places;    // connections, but those of our proxies
  Streams streams;  // publish() from any thread
  Turns turns{limits::pipelined_in_hand};
  const Router router;
  Application& application;
  Spool& spool;
  std::function<std::string()> request_ids;
  Counters counters;  // read from any thread
  TlsContext tls;     // for new connections; null without TLS
  DateText date;
  Phase phase = Phase::serving;
  bool is_listening = false;
  Roster<Connection> connections;
  std::function<void()> on_empty;
  // One thread runs it. What waits on it are connections: they end with it, and use the above.
  Loop loop{1};
  FileLane lane;  // last: its work uses the others
};

}  // namespace limen::http
