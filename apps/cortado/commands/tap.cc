// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app_config.h"
#include "commands.h"
#include "cortado/record/binary_serde.h"
#include "cortado/record/enriched_view.h"
#include "cortado/record/json_serde.h"
#include "look/tap_format.h"
#include "look/topic_follower.h"

namespace cortado::app {
namespace {

/// Prints what is asked for, and knows when it is enough.
class Tap {
 public:
  Tap(const LookOptions& options, record::Mapping mapping, TapFormat format)
      : options_(options), mapping_(std::move(mapping)), format_(std::move(format)) {}

  /// Return false when nothing more is wanted: enough was printed, or nobody reads any more.
  bool take(const base::RawRecord& record) {
    if (!enough() && is_wanted(record)) print(record);
    return !enough();
  }

  bool enough() const { return broken_ || (options_.count > 0 && printed_ >= options_.count); }

 private:
  bool is_wanted(const base::RawRecord& record) {
    if (options_.device.empty() && options_.status.empty()) return true;
    if (!record.value || !record::decode_view(*record.value, mapping_, view_).ok()) return false;
    if (!options_.status.empty() && record::to_string(view_.enrichment.status) != options_.status)
      return false;
    return options_.device.empty() || matches_glob(options_.device, view_.enrichment.device);
  }

  void print(const base::RawRecord& record) {
    out_.clear();
    const std::string_view value = readable(record);
    if (options_.envelope) {
      print_envelope(record, value, out_);
    } else {
      format_.print(record, value, out_);
    }
    ++printed_;
    broken_ =
        std::fwrite(out_.data(), 1, out_.size(), stdout) != out_.size() || std::fflush(stdout) != 0;
  }

  /// The value as text: one in the binary format as JSON.
  std::string_view readable(const base::RawRecord& record) {
    const std::string_view value = record.value.value_or("");
    if (!record::looks_binary(value) || !record::decode_binary(value, decoded_).ok()) return value;
    json_.clear();
    record::encode_json(decoded_, json_);
    return json_;
  }

  const LookOptions& options_;
  const record::Mapping mapping_;
  const TapFormat format_;
  record::EnrichedView view_;
  record::MonitoringRecord decoded_;
  std::string json_;
  std::string out_;
  std::int64_t printed_ = 0;
  bool broken_ = false;
};

/// What the topic holds now.
base::Status read_once(const kafka::KafkaConfig& config, const FollowWish& wish, Tap& tap,
                       const std::stop_token& stop) {
  if (wish.is_pattern())
    return base::Error(base::ErrorCode::kInvalidConfig, "-e: name one topic, not a pattern");
  CORTADO_ASSIGN(const auto reader,
                 kafka::TopicReader::create(config, kafka::Isolation::kReadCommitted));
  CORTADO_ASSIGN(const auto ranges, ranges_of(*reader, wish));
  return reader->read(ranges, [&](const base::RawRecord& record) {
    return tap.take(record) && !stop.stop_requested();
  });
}

base::Status follow(const kafka::KafkaConfig& config, const FollowWish& wish, Tap& tap,
                    const std::stop_token& stop) {
  CORTADO_ASSIGN(auto follower, TopicFollower::create(config, wish));
  while (!tap.enough() && !stop.stop_requested())
    CORTADO_TRY(follower.poll(std::chrono::milliseconds(100), 1'000,
                              [&](const base::RawRecord& record) { tap.take(record); }));
  return {};
}

base::Status run(const CommandLine& line, const AppConfig& config, const std::stop_token& stop) {
  const LookOptions& options = line.look;
  CORTADO_TRY(kafka::validate(config.kafka));
  CORTADO_ASSIGN(const record::Mapping mapping, enrich::make_mapping(config.enrich));
  CORTADO_ASSIGN(auto format, TapFormat::create(options.format.empty() ? "%s\\n" : options.format));
  Tap tap(options, mapping, std::move(format));
  // Whoever wants all until the end begins at the beginning.
  const char* const otherwise = options.until_end ? "beginning" : "end";
  const FollowWish wish{.topic = config.kafka.output_topic,
                        .partition = options.partition,
                        .offset = options.offset.empty() ? otherwise : options.offset};
  return options.until_end ? read_once(config.kafka, wish, tap, stop)
                           : follow(config.kafka, wish, tap, stop);
}

}  // namespace

ExitCode run_tap(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  config.log.level = base::LogLevel::kWarning;  // records are what is read here
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const base::Status status = run(line, config, signals.token());
  return status.ok() ? ExitCode::kOk : report(status.error(), *loaded);
}

}  // namespace cortado::app
