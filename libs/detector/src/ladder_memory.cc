// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "ladder_memory.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cortado/base/random.h"
#include "cortado/htm/sliding_encoder.h"

namespace cortado::detector {
namespace {

constexpr int kLowestLevel = -1000;
constexpr int kHighestLevel = 1000;
constexpr double kSlack = 0.125;  // so that a memory is not made and given up in turn
constexpr double kFurthestBucket = 0x1p62;

/// ceil(log2(deviation)), exactly.
int level_of(double deviation) {
  int exponent = 0;
  const double mantissa = std::frexp(deviation, &exponent);
  return std::clamp(mantissa == 0.5 ? exponent - 1 : exponent, kLowestLevel, kHighestLevel);
}

std::int64_t bucket_of(double value, double resolution) {
  const double bucket = std::floor(value / resolution + 0.5);
  return static_cast<std::int64_t>(std::clamp(bucket, -kFurthestBucket, kFurthestBucket));
}

std::uint64_t mix(std::uint64_t key, std::uint64_t part) {
  return base::mix64(key ^ base::mix64(part));
}

}  // namespace

LadderMemory::LadderMemory(const MultiscaleConfig& config, std::uint64_t key, double resolution)
    : memory_(config.memory),
      active_columns_(static_cast<std::uint32_t>(config.active_columns)),
      key_(key),
      resolution_(resolution),
      look_ahead_(config.look_ahead) {}

LadderMemory::Rung LadderMemory::make_rung(int level) const {
  const auto seed = mix(key_, static_cast<std::uint64_t>(level - kLowestLevel));
  return {level, htm::TransitionMemory(memory_, seed)};
}

double LadderMemory::compute(Rung& rung, double value, htm::ColumnSet* burst) const {
  const auto key = mix(key_ + 1, static_cast<std::uint64_t>(rung.level - kLowestLevel));
  const htm::SlidingEncoder encoder(key, active_columns_);
  const double resolution = std::ldexp(resolution_, rung.level);
  return rung.memory.compute(encoder.encode(bucket_of(value, resolution)), burst).anomaly();
}

void LadderMemory::rise_to(int level) {
  if (rungs_.size() > 1 && rungs_[1].level == level) {
    rungs_.erase(rungs_.begin());
  } else {
    rungs_.clear();
    rungs_.push_back(make_rung(level));
  }
}

double LadderMemory::compute(double value, int level, double share, htm::ColumnSet* burst) {
  if (rungs_.empty() || rungs_[0].level != level) rise_to(level);
  const double raw = compute(rungs_[0], value, burst);
  if (rungs_.size() == 1 && share >= look_ahead_) rungs_.push_back(make_rung(level + 1));
  if (rungs_.size() > 1 && share < look_ahead_ - kSlack) rungs_.pop_back();
  if (rungs_.size() > 1) compute(rungs_[1], value, nullptr);
  return raw;
}

std::uint64_t LadderMemory::segments() const {
  std::uint64_t count = 0;
  for (const auto& rung : rungs_) count += rung.memory.segments();
  return count;
}

std::size_t LadderMemory::bytes() const {
  std::size_t bytes = rungs_.capacity() * sizeof(Rung);
  for (const auto& rung : rungs_) bytes += rung.memory.bytes();
  return bytes;
}

void LadderMemory::save(base::ByteWriter& out) const {
  out.u8(rungs_.size() > 1 ? 1 : 0);
  for (const auto& rung : rungs_) rung.memory.save(out);
}

bool LadderMemory::load(base::ByteReader& in, int level) {
  rise_to(level);
  const std::uint8_t two = in.u8();
  if (two > 1) return false;
  if (two == 1) rungs_.push_back(make_rung(level + 1));
  return std::all_of(rungs_.begin(), rungs_.end(),
                     [&in](Rung& rung) { return rung.memory.restore(in).ok(); });
}

ScaleNetwork::ScaleNetwork(const MultiscaleConfig& config, std::uint64_t key) {
  for (std::size_t i = 0; i < config.resolutions.size(); ++i) {
    ladders_.emplace_back(config, mix(key, i), config.resolutions[i]);
  }
}

double ScaleNetwork::compute(double value) {
  moments_.add(value);
  const double deviation = moments_.deviation();
  if (!(deviation > 0)) return 0;
  level_ = std::max(level_.value_or(kLowestLevel), level_of(deviation));
  double sum = 0;
  const double share = std::ldexp(deviation, -*level_);
  for (auto& ladder : ladders_) {
    htm::ColumnSet* const burst = &ladder == ladders_.data() ? &burst_ : nullptr;
    sum += ladder.compute(value, *level_, share, burst);
  }
  computed_ = true;
  return sum / static_cast<double>(ladders_.size());
}

void ScaleNetwork::activity(std::string_view name, base::ColumnActivity& out) const {
  if (!computed_) return;
  out.begin(name, htm::kSetColumns);
  const htm::ColumnSet& active = columns();
  for (std::uint32_t column = 0; column < htm::kSetColumns; ++column) {
    if (active.contains(column)) out.add(column, burst_.contains(column));
  }
}

std::uint64_t ScaleNetwork::segments() const {
  std::uint64_t count = 0;
  for (const auto& ladder : ladders_) count += ladder.segments();
  return count;
}

std::size_t ScaleNetwork::bytes() const {
  std::size_t bytes = ladders_.capacity() * sizeof(LadderMemory);
  for (const auto& ladder : ladders_) bytes += ladder.bytes();
  return bytes;
}

void ScaleNetwork::save(base::ByteWriter& out) const {
  moments_.save(out);
  out.u8(level_ ? 1 : 0);
  out.u16(static_cast<std::uint16_t>(level_.value_or(0) - kLowestLevel));
  if (!level_) return;
  for (const auto& ladder : ladders_) ladder.save(out);
}

bool ScaleNetwork::load(base::ByteReader& in) {
  if (!moments_.load(in)) return false;
  const std::uint8_t present = in.u8();
  const int level = in.u16() + kLowestLevel;
  if (!in.ok() || present > 1 || level > kHighestLevel) return false;
  if (present == 0) return level == 0;
  level_ = level;
  return std::all_of(ladders_.begin(), ladders_.end(),
                     [&in, level](LadderMemory& ladder) { return ladder.load(in, level); });
}

}  // namespace cortado::detector
