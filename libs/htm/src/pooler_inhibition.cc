// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_inhibition.h"

#include <algorithm>
#include <bit>
#include <span>

#include "kernels.h"
#include "pooler_kernels.h"

namespace cortado::htm {
namespace {

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Call `visit(w * 64 + bit)` for each bit that is on.
template <typename Visit>
void for_each_bit(const std::uint64_t* words, std::size_t count, Visit visit) {
  for (std::size_t w = 0; w < count; ++w) {
    for (std::uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
      visit(static_cast<std::uint32_t>(w * 64) +
            static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
}

void switch_on(std::uint64_t* words, std::uint32_t index) {
  words[index / 64] |= std::uint64_t{1} << index % 64;
}

/// Keep only the lowest `wanted` bits.
void keep_lowest(std::uint64_t* words, std::size_t count, std::uint32_t wanted) {
  for (std::size_t w = 0; w < count; ++w) {
    std::uint64_t rest = words[w];
    for (; rest != 0 && wanted > 0; --wanted) rest &= rest - 1;
    words[w] ^= rest;
  }
}

/// Return the longest runs whose sums are known and with one of which the inputs begin; null if
/// there is none.
const RunSums* run_at(const PoolerBaseData& base, std::span<const std::uint32_t> inputs) {
  for (const RunSums& run : base.runs) {
    const std::uint32_t last = run.length - 1;
    if (last < inputs.size() && inputs[last] == inputs[0] + last) return &run;
  }
  return nullptr;
}

/// Do the inputs begin with a whole group of which a pooler has the sum?
bool group_at(std::span<const std::uint32_t> inputs) {
  return inputs[0] % kGroup == 0 && inputs.size() >= kGroup &&
         inputs[kGroup - 1] == inputs[0] + kGroup - 1;
}

}  // namespace

void PoolerInhibition::compute(const PoolerBaseData& base, const PoolerSynapses& synapses,
                               const Sdr& input) {
  count(base, synapses, input);
  find_above(base, synapses);
  choose(base, synapses);
}

void PoolerInhibition::count(const PoolerBaseData& base, const PoolerSynapses& synapses,
                             const Sdr& input) {
  const PoolerKernels& kernel = *kernels().pooler;
  const std::size_t slot_words = round_up(synapses.row_words(), kernel.vector_words);
  words_ = base.row_words + slot_words;
  plane_count_ = input.active().size() >> kFewPlanes == 0 ? kFewPlanes : kManyPlanes;
  planes_.resize(plane_count_ * words_);
  list_rows(base, synapses, input.active());
  candidates_.resize(words_);
  const std::uint32_t threshold = base.units.stimulus_threshold;
  kernel.count_bits(base_.counted(kRunPlanes, base.row_words, threshold), base.row_words,
                    {planes_.data(), plane_count_, words_}, candidates_.data());
  kernel.count_bits(slots_.counted(kGroupPlanes, synapses.row_words(), threshold), slot_words,
                    {planes_.data() + base.row_words, plane_count_, words_},
                    candidates_.data() + base.row_words);
}

void PoolerInhibition::list_rows(const PoolerBaseData& base, const PoolerSynapses& synapses,
                                 std::span<const std::uint32_t> inputs) {
  no_row_.resize(words_, 0);
  base_.begin(inputs.size());
  for (std::size_t i = 0; i < inputs.size();) {
    if (const RunSums* const run = run_at(base, inputs.subspan(i))) {
      base_.add_sum(base.sum(*run, inputs[i]));
      i += run->length;
    } else {
      base_.add_row(base.row(inputs[i++]));
    }
  }
  slots_.begin(inputs.size());
  for (std::size_t i = 0; i < inputs.size();) {
    if (group_at(inputs.subspan(i))) {
      slots_.add_sum(synapses.sum(inputs[i]));
      i += kGroup;
    } else {
      slots_.add_row(synapses.row(inputs[i++]));
    }
  }
  base_.pad(no_row_.data());
  slots_.pad(no_row_.data());
}

/// Precondition: the candidates are the positions with counts above the threshold.
void PoolerInhibition::find_above(const PoolerBaseData& base, const PoolerSynapses& synapses) {
  above_.resize(base.row_words);
  const std::uint64_t* const changed = synapses.changed();
  for (std::size_t w = 0; w < base.row_words; ++w) {
    candidates_[w] &= ~changed[w];
    above_[w] = candidates_[w] | changed[w];
  }
  std::uint32_t left = synapses.changed_columns();
  for (std::size_t w = base.row_words; w < words_; ++w) {
    const std::uint64_t valid = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    left -= std::min<std::uint32_t>(left, 64);
    std::uint64_t below = ~candidates_[w] & valid;
    candidates_[w] &= valid;
    for_each_bit(&below, 1, [&](std::uint32_t bit) {
      const std::uint32_t column = synapses.columns()[(w - base.row_words) * 64 + bit];
      above_[column / 64] ^= std::uint64_t{1} << column % 64;
    });
  }
}

void PoolerInhibition::choose(const PoolerBaseData& base, const PoolerSynapses& synapses) {
  chosen_.resize(words_);
  const std::uint32_t tied = kernels().pooler->choose_highest(
      {planes_.data(), plane_count_, words_}, words_, base.units.active_columns, candidates_.data(),
      chosen_.data());
  active_.assign(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(base.row_words));
  active_slots_.clear();
  for_each_bit(chosen_.data() + base.row_words, words_ - base.row_words, [&](std::uint32_t slot) {
    active_slots_.push_back(slot);
    switch_on(active_.data(), synapses.columns()[slot]);
  });
  if (tied > 0) settle_ties(base, synapses, tied);
}

/// The lower column wins, wherever it stands.
void PoolerInhibition::settle_ties(const PoolerBaseData& base, const PoolerSynapses& synapses,
                                   std::uint32_t wanted) {
  const std::uint64_t* const tied_slots = candidates_.data() + base.row_words;
  const std::size_t slot_words = words_ - base.row_words;
  for_each_bit(tied_slots, slot_words, [&](std::uint32_t slot) {
    switch_on(candidates_.data(), synapses.columns()[slot]);
  });
  keep_lowest(candidates_.data(), base.row_words, wanted);
  for_each_bit(tied_slots, slot_words, [&](std::uint32_t slot) {
    const std::uint32_t column = synapses.columns()[slot];
    if ((candidates_[column / 64] >> column % 64 & 1) != 0) active_slots_.push_back(slot);
  });
  for (std::size_t w = 0; w < base.row_words; ++w) active_[w] |= candidates_[w];
}

}  // namespace cortado::htm
