// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/column_activity.h"

namespace cortado::base {

/// What became of one input record. Every input record has exactly one.
enum class OutcomeKind : std::uint8_t { kEnriched, kDeadLetter, kIgnored };

/// The state that an enriched record reports of its device.
enum class ScoreStatus : std::uint8_t { kWarming, kOk, kAlarm, kInvalid };

/// What an enriched record says, as numbers: for whoever has the outcome and need not read the
/// record again. Absent numbers are left out.
struct ScoredReading {
  std::optional<EpochMillis> event_time = {};
  std::optional<double> value = {};
  std::optional<double> prediction = {};
  std::optional<double> error = {};
  std::optional<double> anomaly = {};
  std::optional<double> prediction_next = {};
  std::optional<double> score = {};
  std::optional<double> expected_low = {};
  std::optional<double> expected_high = {};
  std::string_view reason = {};  ///< of a closed set of words that live for ever
  std::int64_t sequence = 0;
  std::int64_t model_age = 0;

  bool operator==(const ScoredReading&) const = default;
};

/// An input record's result, without what is copied from the input (key, headers, timestamp, and a
/// dead letter's bytes). Objects are reused from batch to batch: clear() keeps capacity.
struct Outcome {
  OutcomeKind kind = OutcomeKind::kIgnored;
  ScoreStatus status = ScoreStatus::kOk;  ///< of kEnriched only
  bool clipped = false;     ///< of kEnriched only: the value lay outside the encoder's range
  bool unmeasured = false;  ///< of kEnriched only: the record lacks the measurement's very field
  std::string value;        ///< kEnriched: the encoded enriched record
  std::string device;       ///< empty where it could not be told
  std::string stage;        ///< kDeadLetter: the step that refused: decode, map, policy
  ScoredReading reading;    ///< of kEnriched only: what `value` says
  std::int64_t model_bytes = 0;  ///< that the device's model holds; 0 = not counted
  ColumnActivity activity;       ///< of kEnriched only, where explanations are wanted
  std::string reason;            ///< kDeadLetter, kIgnored: one sentence

  void clear() {
    kind = OutcomeKind::kIgnored;
    status = ScoreStatus::kOk;
    clipped = false;
    unmeasured = false;
    value.clear();
    device.clear();
    reading = {};
    model_bytes = 0;
    activity.clear();
    stage.clear();
    reason.clear();
  }
};

}  // namespace cortado::base
