// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/dead_letter.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/topic_reader.h"
#include "dlq/dlq_options.h"

namespace cortado::app {

/// A place in a partition, as kcat's -o takes it: "beginning", "end", an offset, "-N" (N before the
/// end), "s@<ms>" (from this time on), "e@<ms>" (up to this time).
struct StartAt {
  enum class Kind { kBeginning, kEnd, kOffset, kBeforeEnd, kFromTime, kUpToTime };
  Kind kind = Kind::kBeginning;
  std::int64_t number = 0;

  bool operator==(const StartAt&) const = default;
};

/// **Errors:** kInvalidConfig.
base::Result<StartAt> parse_start(std::string_view text);

/// Return the part of a range that a start leaves; `at_time` is the first offset of a start's time,
/// if there is one. Pure.
kafka::OffsetRange apply_start(const StartAt& start, kafka::OffsetRange range,
                               std::optional<base::Offset> at_time);

/// Where to end in a partition: before an offset, or before the first record of a time.
struct EndAt {
  std::optional<base::Offset> offset;
  std::optional<base::EpochMillis> time;
};

/// "17" is an offset; "e@1600000000000" (as in -o) and "2026-01-31T08:00:00Z" are times; empty text
/// is the end of what is there. **Errors:** kInvalidConfig.
base::Result<EndAt> parse_end(std::string_view text);

/// Return the part of a range that an end leaves; `at_time` is the first offset of its time, if
/// there is one. Pure.
kafka::OffsetRange apply_end(const EndAt& end, kafka::OffsetRange range,
                             std::optional<base::Offset> at_time);

/// An input record by its place: "3" is a partition, "3:17" one record of it.
struct SourcePlace {
  std::optional<base::Partition> partition;
  std::optional<base::Offset> offset;
};

/// Empty text is any place. **Errors:** kInvalidConfig.
base::Result<SourcePlace> parse_source(std::string_view text);

/// True if the letter is among those asked for. Pure.
bool is_selected(const DlqOptions& options, const SourcePlace& source,
                 const kafka::DeadLetter& letter);

/// One letter as found, with its place in the dead-letter topic.
struct FoundLetter {
  const base::RawRecord& record;
  const kafka::DeadLetter& letter;
};

/// What was passed over on the way.
struct LetterCounts {
  std::int64_t selected = 0;
  std::int64_t foreign = 0;  ///< records of others in that topic
};

/// Read the dead-letter topic as it is now and hand over what is selected, partition by partition
/// in offset order, at most `limit` letters. An error of `take` ends it. **Errors:**
/// kInvalidConfig (a bad option), kNotFound (no such topic or partition), those of TopicReader.
base::Result<LetterCounts> read_letters(
    const kafka::KafkaConfig& config, const DlqOptions& options, std::int64_t limit,
    const std::function<base::Status(const FoundLetter&)>& take);

}  // namespace cortado::app
