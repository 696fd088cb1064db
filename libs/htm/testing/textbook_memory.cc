// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_memory.h"

#include <algorithm>
#include <cmath>

#include "cortado/base/random.h"

namespace cortado::htm::testing {
namespace {

constexpr std::int32_t kHighest = 1000;  // permanence 1 in units of .001

std::int32_t units(double permanence) {
  return static_cast<std::int32_t>(std::floor(permanence * kHighest + 0.5));
}

bool contains(const std::vector<std::uint32_t>& sorted, std::uint32_t value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

}  // namespace

TextbookMemory::TextbookMemory(const TemporalMemoryConfig& config)
    : config_(config),
      columns_(static_cast<std::size_t>(config.columns)),
      draw_state_(base::mix64(static_cast<std::uint64_t>(config.seed))) {}

std::uint32_t TextbookMemory::compute(std::span<const std::uint32_t> active_columns, bool learn) {
  previous_active_.swap(active_cells_);
  previous_winners_.swap(winner_cells_);
  active_cells_.clear();
  winner_cells_.clear();
  if (learn) ++steps_;
  std::uint32_t predicted = 0;
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    const auto active = [this](const Segment& segment) { return is_active(segment); };
    if (!std::binary_search(active_columns.begin(), active_columns.end(), c)) {
      if (learn && units(config_.predicted_segment_decrement) > 0) punish_predicted_column(c);
    } else if (std::any_of(columns_[c].begin(), columns_[c].end(), active)) {
      activate_predicted_column(c, learn);
      ++predicted;
    } else {
      burst_column(c, learn);
    }
  }
  activate_dendrites();
  return predicted;
}

void TextbookMemory::activate_predicted_column(std::uint32_t column, bool learn) {
  for (auto& segment : columns_[column]) {
    if (!is_active(segment)) continue;
    if (!contains(active_cells_, segment.cell)) {
      active_cells_.push_back(segment.cell);
      winner_cells_.push_back(segment.cell);
      std::sort(active_cells_.begin(), active_cells_.end());
      std::sort(winner_cells_.begin(), winner_cells_.end());
    }
    if (!learn) continue;
    adapt(segment);
    grow_synapses(segment, config_.max_new_synapses - segment.active_potential);
  }
}

void TextbookMemory::burst_column(std::uint32_t column, bool learn) {
  const auto first = static_cast<std::uint32_t>(column * config_.cells_per_column);
  for (std::uint32_t i = 0; i < config_.cells_per_column; ++i) active_cells_.push_back(first + i);
  Segment* best = nullptr;
  for (auto& segment : columns_[column]) {
    if (!is_matching(segment)) continue;
    if (best == nullptr || segment.active_potential > best->active_potential) best = &segment;
  }
  if (best != nullptr) {
    winner_cells_.push_back(best->cell);
    if (!learn) return;
    adapt(*best);
    grow_synapses(*best, config_.max_new_synapses - best->active_potential);
    return;
  }
  const std::uint32_t cell = least_used_cell(column);
  winner_cells_.push_back(cell);
  if (!learn || previous_winners_.empty()) return;
  make_room(cell);
  columns_[column].push_back({cell, steps_, {}, 0, 0});
  grow_synapses(columns_[column].back(), config_.max_new_synapses);
}

void TextbookMemory::punish_predicted_column(std::uint32_t column) {
  for (auto& segment : columns_[column]) {
    if (!is_matching(segment)) continue;
    for (auto& synapse : segment.synapses) {
      if (contains(previous_active_, synapse.cell)) {
        synapse.permanence -= units(config_.predicted_segment_decrement);
      }
    }
    remove_dead_synapses(segment);
  }
  std::erase_if(columns_[column], [](const Segment& s) { return s.synapses.empty(); });
}

void TextbookMemory::activate_dendrites() {
  for (auto& column : columns_) {
    for (auto& segment : column) {
      segment.active_connected = 0;
      segment.active_potential = 0;
      for (const auto& synapse : segment.synapses) {
        if (!contains(active_cells_, synapse.cell)) continue;
        ++segment.active_potential;
        if (synapse.permanence >= units(config_.connected_permanence)) ++segment.active_connected;
      }
    }
  }
}

bool TextbookMemory::is_active(const Segment& segment) const {
  return segment.active_connected >= config_.activation_threshold;
}

bool TextbookMemory::is_matching(const Segment& segment) const {
  return segment.active_potential >= config_.min_threshold;
}

std::vector<std::uint32_t> TextbookMemory::predictive_cells() const {
  std::vector<std::uint32_t> cells;
  for (const auto& column : columns_) {
    for (const auto& segment : column) {
      if (is_active(segment)) cells.push_back(segment.cell);
    }
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

MemoryCounts TextbookMemory::counts() const {
  MemoryCounts counts;
  for (const auto& column : columns_) {
    counts.segments += column.size();
    for (const auto& segment : column) counts.synapses += segment.synapses.size();
  }
  return counts;
}

std::int64_t TextbookMemory::segments_of(std::uint32_t cell) const {
  const auto& column = columns_[cell / static_cast<std::uint32_t>(config_.cells_per_column)];
  return std::count_if(column.begin(), column.end(),
                       [cell](const Segment& segment) { return segment.cell == cell; });
}

std::uint32_t TextbookMemory::least_used_cell(std::uint32_t column) {
  std::vector<std::uint32_t> least;
  std::int64_t fewest = INT64_MAX;
  for (std::uint32_t i = 0; i < config_.cells_per_column; ++i) {
    const auto cell = static_cast<std::uint32_t>(column * config_.cells_per_column + i);
    const std::int64_t segments = segments_of(cell);
    if (segments < fewest) least.clear();
    fewest = std::min(fewest, segments);
    if (segments == fewest) least.push_back(cell);
  }
  if (least.size() == 1) return least[0];
  return least[draw_below(static_cast<std::uint32_t>(least.size()))];
}

void TextbookMemory::make_room(std::uint32_t cell) {
  if (segments_of(cell) < config_.max_segments_per_cell) {
    if (config_.max_segments > 0 &&
        counts().segments >= static_cast<std::uint64_t>(config_.max_segments)) {
      evict_stalest();
    }
    return;
  }
  auto& column = columns_[cell / static_cast<std::uint32_t>(config_.cells_per_column)];
  auto oldest = column.end();
  for (auto it = column.begin(); it != column.end(); ++it) {
    if (it->cell != cell) continue;
    if (oldest == column.end() || it->last_used < oldest->last_used) oldest = it;
  }
  column.erase(oldest);
}

/// Drop the segment that has not learned for longest, the first of them by column and creation.
void TextbookMemory::evict_stalest() {
  Column* from = nullptr;
  auto stalest = Column::iterator();
  for (auto& column : columns_) {
    for (auto it = column.begin(); it != column.end(); ++it) {
      if (from != nullptr && it->last_used >= stalest->last_used) continue;
      from = &column;
      stalest = it;
    }
  }
  from->erase(stalest);
}

void TextbookMemory::adapt(Segment& segment) {
  segment.last_used = steps_;
  for (auto& synapse : segment.synapses) {
    if (contains(previous_active_, synapse.cell)) {
      synapse.permanence =
          std::min(synapse.permanence + units(config_.permanence_increment), kHighest);
    } else {
      synapse.permanence -= units(config_.permanence_decrement);
    }
  }
  remove_dead_synapses(segment);
}

void TextbookMemory::remove_dead_synapses(Segment& segment) {
  std::erase_if(segment.synapses, [](const Synapse& synapse) { return synapse.permanence <= 0; });
}

void TextbookMemory::grow_synapses(Segment& segment, std::int64_t wanted) {
  if (wanted <= 0) return;
  std::vector<std::uint32_t> candidates;
  for (const auto cell : previous_winners_) {
    const bool connected =
        std::any_of(segment.synapses.begin(), segment.synapses.end(),
                    [cell](const Synapse& synapse) { return synapse.cell == cell; });
    if (!connected) candidates.push_back(cell);
  }
  std::vector<std::uint32_t> chosen;
  const auto all = static_cast<std::int64_t>(candidates.size()) <= wanted;
  for (std::uint32_t i = 0; static_cast<std::int64_t>(i) < wanted && i < candidates.size(); ++i) {
    const auto left = static_cast<std::uint32_t>(candidates.size()) - i;
    if (!all) std::swap(candidates[i], candidates[i + draw_below(left)]);
    chosen.push_back(candidates[i]);
  }
  while (static_cast<std::int64_t>(segment.synapses.size() + chosen.size()) >
         config_.max_synapses_per_segment) {
    const auto weaker = [](const Synapse& a, const Synapse& b) {
      return std::pair(a.permanence, a.cell) < std::pair(b.permanence, b.cell);
    };
    segment.synapses.erase(
        std::min_element(segment.synapses.begin(), segment.synapses.end(), weaker));
  }
  for (const auto cell : chosen) {
    segment.synapses.push_back({cell, units(config_.initial_permanence)});
  }
}

/// SplitMix64, scaled by the upper 32 bits.
std::uint32_t TextbookMemory::draw_below(std::uint32_t bound) {
  const std::uint64_t value = base::mix64(draw_state_);
  draw_state_ += 0x9e3779b97f4a7c15U;
  return static_cast<std::uint32_t>(((value >> 32) * bound) >> 32);
}

}  // namespace cortado::htm::testing
