// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/http_config.h"

namespace cortado::dashboard {

base::Options describe(HttpConfig& config) {
  using std::chrono::milliseconds;
  return {
      base::bind_string({.path = "http.listen",
                         .help = "Where the page, the REST interface, the probes and the metrics "
                                 "are served, as host:port; port 0 takes any free one. Whoever "
                                 "reaches this address can read every device: leave it on "
                                 "127.0.0.1, or put a proxy with a login before it."},
                        config.listen),
      base::bind_integer({.path = "http.max_streams",
                          .help = "Live event streams served at once; a further one is refused "
                                  "with 503. Each open page is one stream.",
                          .unit = "streams"},
                         config.max_streams, 1, 4096),
      base::bind_integer({.path = "http.history",
                          .help = "Newest points kept in memory for each device, for the charts.",
                          .unit = "points"},
                         config.history, 500, 100'000),
      base::bind_bytes({.path = "http.history_memory",
                        .help = "Memory for the points of all devices together. With many devices "
                                "each keeps fewer than http.history; devices that somebody "
                                "watches keep all of theirs."},
                       config.history_memory, 16LL << 20, 64LL << 30),
      base::bind_duration(
          {.path = "http.refresh", .help = "The shortest time between two live updates of a page."},
          config.refresh, milliseconds(20), milliseconds(10'000)),
      base::bind_duration({.path = "http.heartbeat",
                           .help = "A live stream with nothing to say gets a heartbeat this often, "
                                   "by which the page knows that it is still connected."},
                          config.heartbeat, milliseconds(50), milliseconds(60'000)),
  };
}

}  // namespace cortado::dashboard
