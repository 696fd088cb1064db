// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/engine.h"

namespace cortado::stream {

using std::chrono::milliseconds;

base::Options describe(StreamConfig& config) {
  return {
      base::bind_duration(
          {.path = "stream.batch_interval",
           .help = "Time between two batches: shorter answers sooner, longer costs less."},
          config.batch_interval, milliseconds{1}, milliseconds{10'000}),
      base::bind_duration(
          {.path = "stream.drain_timeout",
           .help =
               "A worker that was told to leave (SIGTERM), or whose partition goes to another, "
               "waits so long for its last batch and snapshot to be written, then leaves what "
               "is not done uncommitted: the next owner scores more records again. Large models "
               "need more, and so does a supervisor's grace before it kills."},
          config.drain_timeout, milliseconds{0}, milliseconds{3'600'000}),
      base::bind_integer({.path = "stream.threads",
                          .help = "Threads that score devices in parallel; 0 = one a core."},
                         config.threads, 0, 1024),
      base::bind_choice(
          {.path = "stream.guarantee",
           .help = "What a crash may do to outputs: exactly_once (transactions; readers set "
                   "isolation.level to read_committed) does nothing to them, at_least_once repeats "
                   "some, bit for bit the same. auto is exactly_once, but on the embedded broker, "
                   "which has no transactions."},
          config.guarantee, {"auto", "exactly_once", "at_least_once"}),
      base::bind_choice(
          {.path = "stream.recovery",
           .help =
               "What a partition does whose state cannot be made exact again (input deleted too "
               "early, offsets set by hand, a topic made anew): strict stops it and says what to "
               "do, best_effort goes on with what there is and says so."},
          config.recovery, {"strict", "best_effort"}),
      base::bind_integer({.path = "stream.max_batch_records",
                          .help = "A partition's batch is closed early at this many records, which "
                                  "bounds memory and the time of a batch.",
                          .unit = "records"},
                         config.max_batch_records, 1, 10'000'000),
      base::bind_bytes({.path = "stream.max_batch_bytes",
                        .help = "A partition's batch is closed early at about this many bytes."},
                       config.max_batch_bytes, 64LL << 10, 16LL << 30),
      base::bind_integer(
          {.path = "stream.max_rate_per_partition",
           .help = "Records that a partition may take a second, whatever the backlog; records that "
                   "only restore models are not held back. 0 = no bound but what batch_interval "
                   "leaves time for.",
           .unit = "records"},
          config.max_rate_per_partition, 0, 1'000'000'000),
      base::bind_integer(
          {.path = "stream.max_crashes",
           .help = "A record at which so many processes died is not scored any more: it goes to "
                   "the dead-letter topic (stage crash). Needs state.dir, which remembers the "
                   "deaths. 0 = try for ever."},
          config.max_crashes, 0, 1000),
      base::bind_number(
          {.path = "stream.max_bad_share",
           .help = "A partition stops, and writes nothing of the batch, when more than this share "
                   "of its last bad_share_window records cannot be decoded or mapped, or lack the "
                   "field that is measured: as when a producer has changed the format. 1 = never."},
          config.max_bad_share, 0, 1),
      base::bind_integer(
          {.path = "stream.bad_share_window",
           .help =
               "Records that max_bad_share is judged by. After a start a tenth of them is enough, "
               "but at least 20: fewer are not judged.",
           .unit = "records"},
          config.bad_share_window, 1, 10'000'000),
  };
}

base::Options describe(StateConfig& config) {
  return {
      base::bind_choice({.path = "state.store",
                         .help = "Where snapshots are kept: a directory, or kafka: a compacted "
                                 "topic cortado.<group_id>.<input_topic>.state, so that workers "
                                 "on several machines need no folder in common."},
                        config.store, {"directory", "kafka"}),
      base::bind_string(
          {.path = "state.dir",
           .help = "Folder of the snapshots, one folder a partition in it; all workers "
                   "of a group must share it. Empty: keep no snapshots, so that a "
                   "start scores all records again before it goes on."},
          config.dir),
      base::bind_duration(
          {.path = "state.checkpoint_interval",
           .help = "The longest time between two snapshots of a changed device: shorter repeats "
                   "less after a crash, longer writes less."},
          config.checkpoint_interval, milliseconds{10}, milliseconds{86'400'000}),
      base::bind_bytes(
          {.path = "state.snapshot_rate",
           .help = "Device state copied into snapshots per second, before compression: "
                   "bounds what snapshots take from scoring. Where it is too small for "
                   "state.checkpoint_interval, a restart scores more records again."},
          config.snapshot_rate, 1024, 64LL << 30),
      base::bind_duration(
          {.path = "state.idle_after",
           .help = "A device without records for this long leaves memory once its state is in a "
                   "snapshot; its next record brings it back, and no score changes. 0 = never. "
                   "When set, a start loads no device before its first record."},
          config.idle_after, milliseconds{0}, milliseconds{31'536'000'000}),
      base::bind_integer(
          {.path = "state.max_resident_devices",
           .help =
               "Devices of all partitions kept in memory; beyond it those unused longest leave, "
               "as with state.idle_after, after an early snapshot if need be. The devices of "
               "one batch are always in memory together. 0 = no bound.",
           .unit = "devices"},
          config.max_resident_devices, 0, 100'000'000),
  };
}

}  // namespace cortado::stream
