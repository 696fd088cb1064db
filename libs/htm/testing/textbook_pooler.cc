// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_pooler.h"

#include <algorithm>
#include <cmath>

namespace cortado::htm::testing {
namespace {

constexpr std::int32_t kHighest = 20'000;  // permanence 1 in units of .00005

std::int32_t units(double permanence) {
  return static_cast<std::int32_t>(
      std::floor(permanence / SpatialPoolerConfig::kPermanenceUnit + 0.5));
}

bool contains(std::span<const std::uint32_t> sorted, std::uint32_t value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

}  // namespace

TextbookPooler::TextbookPooler(const std::shared_ptr<const PoolerBase>& base)
    : config_(base->config()), connected_(units(config_.connected_permanence)) {
  const SpatialPooler fresh(base);
  for (std::uint32_t c = 0; c < config_.columns; ++c) {
    permanences_.emplace_back();
    for (std::uint32_t i = 0; i < config_.inputs; ++i) {
      permanences_.back().push_back(fresh.permanence(c, i));
    }
  }
  overlaps_.resize(permanences_.size());
  overlap_duty_.assign(permanences_.size(), 1.0);
}

std::vector<std::uint32_t> TextbookPooler::compute(const Sdr& input, bool learn) {
  compute_overlaps(input);
  auto active_columns = inhibit();
  if (!learn) return active_columns;
  ++steps_;
  for (const auto column : active_columns) adapt(column, input);
  update_duty_cycles();
  raise_weak_columns();
  return active_columns;
}

void TextbookPooler::compute_overlaps(const Sdr& input) {
  for (std::size_t c = 0; c < permanences_.size(); ++c) {
    overlaps_[c] = 0;
    for (const auto i : input.active()) {
      if (permanences_[c][i] >= connected_) ++overlaps_[c];
    }
  }
}

std::vector<std::uint32_t> TextbookPooler::inhibit() const {
  std::vector<std::uint32_t> order;
  for (std::uint32_t c = 0; c < overlaps_.size(); ++c) {
    if (overlaps_[c] > config_.stimulus_threshold) order.push_back(c);
  }
  std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    return overlaps_[a] > overlaps_[b];
  });
  const auto wanted = static_cast<std::size_t>(config_.active_columns);
  if (order.size() > wanted) order.resize(wanted);
  std::sort(order.begin(), order.end());
  return order;
}

void TextbookPooler::adapt(std::uint32_t column, const Sdr& input) {
  for (std::uint32_t i = 0; i < permanences_[column].size(); ++i) {
    std::int32_t& permanence = permanences_[column][i];
    if (permanence < 0) continue;
    if (contains(input.active(), i)) {
      permanence = std::min(permanence + units(config_.active_increment), kHighest);
    } else {
      permanence = std::max(permanence - units(config_.inactive_decrement), 0);
    }
  }
}

void TextbookPooler::update_duty_cycles() {
  const double span =
      std::min(static_cast<double>(steps_), static_cast<double>(config_.duty_cycle_period));
  for (std::size_t c = 0; c < overlaps_.size(); ++c) {
    const double hit = overlaps_[c] > config_.stimulus_threshold ? 1.0 : 0.0;
    overlap_duty_[c] += (hit - overlap_duty_[c]) / span;
  }
}

void TextbookPooler::raise_weak_columns() {
  const double highest = *std::max_element(overlap_duty_.begin(), overlap_duty_.end());
  for (std::size_t c = 0; c < permanences_.size(); ++c) {
    if (!(overlap_duty_[c] < config_.min_overlap_duty_cycle * highest)) continue;
    ++raised_;
    for (auto& permanence : permanences_[c]) {
      if (permanence >= 0) permanence = std::min(permanence + connected_ / 10, kHighest);
    }
  }
}

}  // namespace cortado::htm::testing
