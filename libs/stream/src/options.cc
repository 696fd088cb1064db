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
