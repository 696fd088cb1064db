// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cortado::base {

/// What became of one input record. Every input record has exactly one.
enum class OutcomeKind : std::uint8_t { kEnriched, kDeadLetter, kIgnored };

/// The state that an enriched record reports of its device.
enum class ScoreStatus : std::uint8_t { kWarming, kOk, kAlarm, kInvalid };

/// An input record's result, without what is copied from the input (key, headers, timestamp, and a
/// dead letter's bytes). Objects are reused from batch to batch: clear() keeps capacity.
struct Outcome {
  OutcomeKind kind = OutcomeKind::kIgnored;
  ScoreStatus status = ScoreStatus::kOk;  ///< of kEnriched only
  bool clipped = false;  ///< of kEnriched only: the value lay outside the encoder's range
  std::string value;     ///< kEnriched: the encoded enriched record
  std::string device;    ///< empty where it could not be told
  std::string stage;     ///< kDeadLetter: the step that refused: decode, map, policy
  std::string reason;    ///< kDeadLetter, kIgnored: one sentence

  void clear() {
    kind = OutcomeKind::kIgnored;
    status = ScoreStatus::kOk;
    clipped = false;
    value.clear();
    device.clear();
    stage.clear();
    reason.clear();
  }
};

}  // namespace cortado::base
