// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "breaker.h"

#include <algorithm>

namespace cortado::stream {
namespace {

/// Fewer records say nothing about a topic, however small the window.
constexpr std::int64_t kLeast = 20;
/// So large a share of the window says enough after a start.
constexpr std::int64_t kShare = 10;

constexpr std::string_view kUnmeasured = "it lacks the measurement's field";

/// A record that nobody could make sense of, or of a device but without the field that is to be
/// measured; not one that a policy sends away, not one of ours, and not a sensor that fails, which
/// still sends its field.
bool is_unreadable(const base::Outcome& outcome) {
  if (outcome.kind == base::OutcomeKind::kEnriched) return outcome.unmeasured;
  return outcome.kind == base::OutcomeKind::kDeadLetter &&
         (outcome.stage == "decode" || outcome.stage == "map");
}

}  // namespace

Breaker::Breaker(double most, std::int64_t window)
    : most_(most),
      least_(static_cast<std::size_t>(std::min(window, std::max(kLeast, window / kShare)))),
      bad_(most < 1 ? static_cast<std::size_t>(window) : 0, false) {}

std::optional<base::Error> Breaker::look(std::span<const base::Outcome> outcomes) {
  if (bad_.empty()) return std::nullopt;
  std::string_view last;
  for (const base::Outcome& outcome : outcomes) {
    const bool bad = is_unreadable(outcome);
    if (bad) last = outcome.unmeasured ? kUnmeasured : std::string_view(outcome.reason);
    if (bad_[at_]) --count_;
    if (bad) ++count_;
    bad_[at_] = bad;
    at_ = (at_ + 1) % bad_.size();
    seen_ = std::min(seen_ + 1, bad_.size());
    if (bad && seen_ == bad_.size() && too_many()) return tripped(last);
  }
  const bool early = seen_ >= least_ && seen_ < bad_.size();
  if (early && !last.empty() && too_many()) return tripped(last);
  return std::nullopt;
}

bool Breaker::too_many() const {
  return static_cast<double>(count_) > most_ * static_cast<double>(seen_);
}

base::Error Breaker::tripped(std::string_view last) const {
  return {base::ErrorCode::kCorrupt,
          std::to_string(count_) + " of the last " + std::to_string(seen_) +
              " records cannot be read or measured (the last one: " + std::string(last) +
              "), as if the topic's format had changed; nothing of this batch was written. To go "
              "on, describe the new format under input.* and start again, or, if these records "
              "are worth nothing, let them go to the dead-letter topic by stream.max_bad_share: 1"};
}

}  // namespace cortado::stream
