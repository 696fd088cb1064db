// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/spatial_pooler.h"

#include <bit>
#include <vector>

#include "kernels.h"
#include "overlap_duty.h"
#include "pooler_kernels.h"
#include "pooler_synapses.h"

namespace cortado::htm {
namespace {

/// What a step needs and forgets; one for each thread.
struct Workspace {
  std::vector<const std::uint64_t*> rows;
  std::vector<std::uint64_t> planes;
  std::vector<std::uint64_t> above;
  std::vector<std::uint64_t> winners;
  std::vector<std::uint64_t> scratch;
  std::vector<StoredPermanence> deltas;
};

Workspace& workspace() {
  thread_local Workspace instance;
  return instance;
}

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("spatial pooler: ") + text);
}

}  // namespace

struct SpatialPooler::State {
  explicit State(std::shared_ptr<const PoolerBase> shared)
      : base(std::move(shared)),
        synapses(base->data()),
        duty(base->config(), base->data().units.columns) {}

  const PoolerUnits& units() const { return base->data().units; }
  void choose(const Sdr& input, Workspace& work) const;
  void learn(const Sdr& input, const Sdr& active_columns, Workspace& work);
  void raise_weak_columns(Workspace& work);

  std::shared_ptr<const PoolerBase> base;
  PoolerSynapses synapses;
  OverlapDuty duty;
};

void SpatialPooler::State::choose(const Sdr& input, Workspace& work) const {
  const std::size_t words = base->data().row_words;
  work.rows.clear();
  for (const auto index : input.active()) work.rows.push_back(synapses.row(index));
  const auto planes = static_cast<std::size_t>(std::bit_width(work.rows.size()));
  work.planes.resize(planes * words);
  work.above.resize(words);
  work.scratch.resize(kCountScratch * words);
  const PoolerKernels& kernel = *kernels().pooler;
  kernel.count_bits(work.rows.data(), work.rows.size(), words, planes, work.planes.data(),
                    work.scratch.data());
  kernel.counts_above(work.planes.data(), planes, words, units().stimulus_threshold,
                      work.above.data());
  work.winners.assign(work.above.begin(), work.above.end());
  kernel.keep_highest(work.planes.data(), planes, words, units().active_columns,
                      work.winners.data(), work.scratch.data());
}

void SpatialPooler::State::learn(const Sdr& input, const Sdr& active_columns, Workspace& work) {
  const auto loss = static_cast<StoredPermanence>(-units().decrement);
  work.deltas.assign(base->data().stride, loss);
  for (const auto index : input.active()) work.deltas[index] = units().increment;
  for (const auto column : active_columns.active()) synapses.adapt(column, work.deltas.data());
  duty.update(work.above.data());
  raise_weak_columns(work);
}

void SpatialPooler::State::raise_weak_columns(Workspace& work) {
  const auto weak = duty.weak_columns();
  if (weak.empty()) return;
  work.deltas.assign(base->data().stride, units().raise);
  for (const auto column : weak) synapses.adapt(column, work.deltas.data());
}

SpatialPooler::SpatialPooler(std::shared_ptr<const PoolerBase> base)
    : state_(std::make_unique<State>(std::move(base))) {}
SpatialPooler::~SpatialPooler() = default;
SpatialPooler::SpatialPooler(SpatialPooler&&) noexcept = default;
SpatialPooler& SpatialPooler::operator=(SpatialPooler&&) noexcept = default;

void SpatialPooler::compute(const Sdr& input, bool learn, Sdr& active_columns) {
  Workspace& work = workspace();
  state_->choose(input, work);
  active_columns.reset(state_->units().columns);
  for (std::size_t w = 0; w < work.winners.size(); ++w) {
    for (std::uint64_t bits = work.winners[w]; bits != 0; bits &= bits - 1) {
      active_columns.append(static_cast<std::uint32_t>(w * 64) +
                            static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
  if (learn) state_->learn(input, active_columns, work);
}

std::int32_t SpatialPooler::permanence(std::uint32_t column, std::uint32_t input) const {
  const StoredPermanence stored = state_->synapses.column(column)[input];
  return stored == kNoSynapse ? -1 : stored + state_->units().connected;
}

std::uint32_t SpatialPooler::changed_columns() const { return state_->synapses.changed_columns(); }
std::size_t SpatialPooler::bytes() const { return sizeof(State) + state_->synapses.bytes(); }

void SpatialPooler::save(base::ByteWriter& out) const {
  const auto& units = state_->units();
  out.u64(state_->base->digest());
  state_->duty.save(out);
  out.u16(static_cast<std::uint16_t>(changed_columns()));
  for (std::uint32_t c = 0; c < units.columns; ++c) {
    if (!state_->synapses.changed(c)) continue;
    out.u16(static_cast<std::uint16_t>(c));
    for (std::uint32_t i = 0; i < units.inputs; ++i) {
      const std::int32_t value = permanence(c, i);
      if (value >= 0) out.u16(static_cast<std::uint16_t>(value));
    }
  }
}

base::Result<SpatialPooler> SpatialPooler::restore(std::shared_ptr<const PoolerBase> base,
                                                   base::ByteReader& in) {
  SpatialPooler pooler(std::move(base));
  State& state = *pooler.state_;
  const auto& units = state.units();
  if (in.u64() != state.base->digest()) return corrupt("another base");
  if (!state.duty.restore(in)) return corrupt("duty cycles");
  const std::uint32_t changed = in.u16();
  for (std::uint32_t n = 0; n < changed; ++n) {
    const std::uint32_t column = in.u16();
    if (!in.ok() || column >= units.columns || state.synapses.changed(column)) {
      return corrupt("a changed column");
    }
    const StoredPermanence* const pool = state.base->data().column(column);
    for (std::uint32_t i = 0; i < units.inputs; ++i) {
      if (pool[i] == kNoSynapse) continue;
      const std::int32_t value = in.u16() - units.connected;
      if (value > units.high) return corrupt("a permanence");
      state.synapses.set(column, i, static_cast<StoredPermanence>(value));
    }
  }
  if (!in.ok()) return corrupt("too short");
  return pooler;
}

}  // namespace cortado::htm
