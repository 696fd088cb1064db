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
      base::bind_integer({.path = "http.former_records",
                          .help = "So many of the newest records that the output topic holds of "
                                  "each partition are shown after a start, so that devices, charts "
                                  "and alarms are there before the next record; 0 = the page "
                                  "begins empty. Needs the right to read the output topic.",
                          .unit = "records"},
                         config.former_records, 0, 100'000),
      base::bind_duration(
          {.path = "http.refresh", .help = "The shortest time between two live updates of a page."},
          config.refresh, milliseconds(20), milliseconds(10'000)),
      base::bind_duration({.path = "http.heartbeat",
                           .help = "A live stream with nothing to say gets a heartbeat this often, "
                                   "by which the page knows that it is still connected."},
                          config.heartbeat, milliseconds(50), milliseconds(60'000)),
      base::bind_duration({.path = "http.silent_after",
                           .help = "A device without a record for so long is shown as silent; 0 = "
                                   "ten times its own usual gap between two records, at least "
                                   "30 s. By the wall clock, for display alone."},
                          config.silent_after, milliseconds(0), milliseconds(31LL * 86'400'000)),
      base::bind_string_list({.path = "http.frame_ancestors",
                              .help = "Who may show the page in a frame, such as a notebook's "
                                      "server: a list of origins like http://localhost:8890. "
                                      "Empty = nobody."},
                             config.frame_ancestors),
      base::bind_string_list({.path = "http.allowed_hosts",
                              .help = "Names, without ports, by which lanes may be paused or "
                                      "resumed and snapshots asked for, beside this machine's own, "
                                      "the one in http.listen, localhost and numeric addresses: "
                                      "such as the name that a proxy passes on. Any other name in "
                                      "a request's Host header is refused, since a foreign site "
                                      "may have pointed it here."},
                             config.allowed_hosts),
      base::bind_string({.path = "http.admin_token_file",
                         .help = "File with the token that whoever pauses or resumes lanes or asks "
                                 "for a snapshot has to send; of 16 characters or more, read at "
                                 "the start. Empty = there are no such addresses."},
                        config.admin_token_file),
  };
}

}  // namespace cortado::dashboard
