// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_selection.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "cortado/base/calendar.h"
#include "cortado/base/option.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

Error bad(const std::string& flag, std::string_view text, const std::string& form) {
  return {ErrorCode::kInvalidConfig, flag + " " + std::string(text) + ": expected " + form};
}

base::Result<std::int64_t> parse_count(std::string_view text, std::int64_t most) {
  const auto number = base::parse_integer(text);
  if (number.ok() && *number >= 0 && *number <= most) return *number;
  return Error(ErrorCode::kInvalidConfig, "not a number in range");
}

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

base::Result<std::vector<kafka::OffsetRange>> find_ranges(kafka::TopicReader& reader,
                                                          const std::string& topic,
                                                          const DlqOptions& options) {
  CORTADO_ASSIGN(const StartAt start, parse_start(options.offset));
  CORTADO_ASSIGN(const EndAt end, parse_end(options.until));
  CORTADO_ASSIGN(auto ranges, reader.ranges(topic));
  if (options.partition) {
    std::erase_if(ranges, [&](const kafka::OffsetRange& range) {
      return range.partition.partition.get() != *options.partition;
    });
    if (ranges.empty())
      return Error(ErrorCode::kNotFound,
                   "topic " + topic + " has no partition " + std::to_string(*options.partition));
  }
  const bool by_time =
      start.kind == StartAt::Kind::kFromTime || start.kind == StartAt::Kind::kUpToTime;
  for (kafka::OffsetRange& range : ranges) {
    std::optional<base::Offset> at_time;
    if (by_time) {
      CORTADO_ASSIGN(at_time, reader.offset_at(range.partition, start.number));
    }
    std::optional<base::Offset> end_at_time;
    if (end.time) {
      CORTADO_ASSIGN(end_at_time, reader.offset_at(range.partition, *end.time));
    }
    range = apply_end(end, apply_start(start, range, at_time), end_at_time);
  }
  return ranges;
}

}  // namespace

base::Result<StartAt> parse_start(std::string_view text) {
  using Kind = StartAt::Kind;
  if (text == "beginning") return StartAt{};
  if (text == "end") return StartAt{Kind::kEnd, 0};
  Kind kind = Kind::kOffset;
  std::string_view number = text;
  if (text.starts_with("s@") || text.starts_with("e@")) {
    kind = text[0] == 's' ? Kind::kFromTime : Kind::kUpToTime;
    number.remove_prefix(2);
  } else if (text.starts_with("-")) {
    kind = Kind::kBeforeEnd;
    number.remove_prefix(1);
  }
  const auto value = parse_count(number, kMost);
  if (value.ok()) return StartAt{kind, *value};
  return bad("-o", text,
             "beginning, end, an offset, -N (N before the end), s@MS or e@MS (from or up to a time "
             "in ms since 1970)");
}

kafka::OffsetRange apply_start(const StartAt& start, kafka::OffsetRange range,
                               std::optional<base::Offset> at_time) {
  const base::Offset low = range.begin;
  const auto clamp = [&](std::int64_t offset) {
    return base::Offset(std::clamp(offset, low.get(), range.end.get()));
  };
  switch (start.kind) {
    case StartAt::Kind::kBeginning:
      break;
    case StartAt::Kind::kEnd:
      range.begin = range.end;
      break;
    case StartAt::Kind::kOffset:
      range.begin = clamp(start.number);
      break;
    case StartAt::Kind::kBeforeEnd:
      range.begin = clamp(range.end.get() - std::min(start.number, range.end.get()));
      break;
    case StartAt::Kind::kFromTime:
      range.begin = at_time ? clamp(at_time->get()) : range.end;
      break;
    case StartAt::Kind::kUpToTime:
      if (at_time) range.end = clamp(at_time->get());
      break;
  }
  return range;
}

base::Result<EndAt> parse_end(std::string_view text) {
  EndAt end;
  if (text.empty()) return end;
  const bool in_ms = text.starts_with("e@");
  const auto number = parse_count(in_ms ? text.substr(2) : text, kMost);
  if (!number.ok()) {
    if (!in_ms) end.time = base::parse_iso_8601(text);
    if (end.time) return end;
    return bad("--until", text,
               "an offset, a time like 2026-01-31T08:00:00Z or e@MS (a time in ms since 1970)");
  }
  if (in_ms) {
    end.time = *number;
  } else {
    end.offset = base::Offset(*number);
  }
  return end;
}

kafka::OffsetRange apply_end(const EndAt& end, kafka::OffsetRange range,
                             std::optional<base::Offset> at_time) {
  const std::optional<base::Offset> wanted = end.offset ? end.offset : at_time;
  if (wanted) range.end = std::clamp(*wanted, range.begin, range.end);
  return range;
}

base::Result<SourcePlace> parse_source(std::string_view text) {
  SourcePlace place;
  if (text.empty()) return place;
  const std::size_t colon = text.find(':');
  const auto partition =
      parse_count(text.substr(0, colon), std::numeric_limits<std::int32_t>::max());
  if (!partition.ok()) return bad("--source", text, "PARTITION or PARTITION:OFFSET");
  place.partition = base::Partition(static_cast<std::int32_t>(*partition));
  if (colon == std::string_view::npos) return place;
  const auto offset = parse_count(text.substr(colon + 1), kMost);
  if (!offset.ok()) return bad("--source", text, "PARTITION or PARTITION:OFFSET");
  place.offset = base::Offset(*offset);
  return place;
}

bool is_selected(const DlqOptions& options, const SourcePlace& source,
                 const kafka::DeadLetter& letter) {
  const auto& groups = options.groups;
  if (!groups.empty() && std::find(groups.begin(), groups.end(), letter.group) == groups.end())
    return false;
  if (!options.stage.empty() && letter.stage != options.stage) return false;
  if (letter.reason.find(options.reason) == std::string_view::npos) return false;
  if (source.partition && letter.original.partition != *source.partition) return false;
  return !source.offset || letter.original.offset == *source.offset;
}

base::Result<LetterCounts> read_letters(
    const kafka::KafkaConfig& config, const DlqOptions& options, std::int64_t limit,
    const std::function<base::Status(const FoundLetter&)>& take) {
  CORTADO_ASSIGN(const SourcePlace source, parse_source(options.source));
  CORTADO_TRY(parse_start(options.offset));
  CORTADO_TRY(parse_end(options.until));
  CORTADO_ASSIGN(const auto reader,
                 kafka::TopicReader::create(config, kafka::Isolation::kReadCommitted));
  CORTADO_ASSIGN(const auto ranges,
                 find_ranges(*reader, kafka::dead_letter_topic(config), options));
  LetterCounts counts;
  base::Status status;
  CORTADO_TRY(reader->read(ranges, [&](const base::RawRecord& record) {
    const auto letter = kafka::read_dead_letter(record);
    if (!letter.ok()) {
      ++counts.foreign;
      return true;
    }
    if (!is_selected(options, source, *letter)) return true;
    ++counts.selected;
    status = take({record, *letter});
    return status.ok() && counts.selected < limit;
  }));
  CORTADO_TRY(status);
  return counts;
}

}  // namespace cortado::app
