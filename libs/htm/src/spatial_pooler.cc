// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/spatial_pooler.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <span>
#include <vector>

#include "kernels.h"
#include "overlap_duty.h"
#include "pooler_inhibition.h"
#include "pooler_kernels.h"
#include "pooler_storage.h"
#include "pooler_synapses.h"

namespace cortado::htm {
namespace {

/// What a step needs and forgets; one for each thread.
struct Workspace {
  PoolerInhibition inhibition;
  std::vector<std::uint32_t> slots;
  std::vector<StoredPermanence*> columns;
  LineVector<StoredPermanence> deltas;
  std::vector<Crossing> crossings;
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
  std::uint32_t make_slot(std::uint32_t column);
  void learn(const Sdr& input, const Sdr& active_columns, Workspace& work);
  void raise_weak_columns(Workspace& work);
  void adapt(std::span<const std::uint32_t> inputs, StoredPermanence on, StoredPermanence off,
             Workspace& work);

  std::shared_ptr<const PoolerBase> base;
  PoolerSynapses synapses;
  OverlapDuty duty;
};

/// add_to_sums() is to follow.
std::uint32_t SpatialPooler::State::make_slot(std::uint32_t column) {
  const std::uint32_t slot = synapses.add(column);
  synapses.connect(slot);
  return slot;
}

void SpatialPooler::State::learn(const Sdr& input, const Sdr& active_columns, Workspace& work) {
  work.slots = work.inhibition.active_slots();
  if (work.slots.size() < active_columns.active().size()) {
    const std::uint32_t first_new = synapses.changed_columns();
    for (const auto column : active_columns.active()) {
      if (!synapses.changed(column)) work.slots.push_back(make_slot(column));
    }
    synapses.add_to_sums(first_new);
  }
  adapt(input.active(), units().increment, static_cast<StoredPermanence>(-units().decrement), work);
  duty.update(work.inhibition.above().data());
  raise_weak_columns(work);
}

void SpatialPooler::State::raise_weak_columns(Workspace& work) {
  work.slots.clear();
  const std::uint32_t first_new = synapses.changed_columns();
  for (const auto column : duty.weak_columns()) {
    const std::uint32_t slot = synapses.slot_of(column);
    work.slots.push_back(slot == PoolerSynapses::kUnchanged ? make_slot(column) : slot);
  }
  if (work.slots.empty()) return;
  synapses.add_to_sums(first_new);
  adapt({}, 0, units().raise, work);
}

/// Adapt the columns of work.slots: the inputs by `on`, all others by `off`.
void SpatialPooler::State::adapt(std::span<const std::uint32_t> inputs, StoredPermanence on,
                                 StoredPermanence off, Workspace& work) {
  const std::size_t stride = base->data().stride;
  work.columns.resize(work.slots.size());
  std::transform(work.slots.begin(), work.slots.end(), work.columns.begin(),
                 [this](std::uint32_t slot) { return synapses.permanences(slot); });
  work.crossings.resize(std::max(work.crossings.size(), work.slots.size() * stride));
  work.deltas.resize(stride);
  const PermanenceStep step{
      .inputs = inputs.data(),
      .input_count = inputs.size(),
      .on = on,
      .off = off,
      .low = units().low,
      .high = units().high,
      .reach = static_cast<StoredPermanence>(std::max<int>(on, std::abs(off))),
      .stride = stride,
      .deltas = work.deltas.data()};
  const std::size_t crossed = kernels().pooler->adapt(work.columns.data(), work.columns.size(),
                                                      step, work.crossings.data());
  for (std::size_t i = 0; i < crossed; ++i) {
    synapses.refresh_connected(work.slots[work.crossings[i].column], work.crossings[i].input);
  }
}

SpatialPooler::SpatialPooler(std::shared_ptr<const PoolerBase> base)
    : state_(std::make_unique<State>(std::move(base))) {}
SpatialPooler::~SpatialPooler() = default;
SpatialPooler::SpatialPooler(SpatialPooler&&) noexcept = default;
SpatialPooler& SpatialPooler::operator=(SpatialPooler&&) noexcept = default;

void SpatialPooler::compute(const Sdr& input, bool learn, Sdr& active_columns) {
  Workspace& work = workspace();
  work.inhibition.compute(state_->base->data(), state_->synapses, input);
  active_columns.reset(state_->units().columns);
  const auto& active = work.inhibition.active();
  for (std::size_t w = 0; w < active.size(); ++w) {
    for (std::uint64_t bits = active[w]; bits != 0; bits &= bits - 1) {
      active_columns.append(static_cast<std::uint32_t>(w * 64) +
                            static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
  if (learn) state_->learn(input, active_columns, work);
}

std::int32_t SpatialPooler::permanence(std::uint32_t column, std::uint32_t input) const {
  const PoolerBaseData& data = state_->base->data();
  if (!data.in_pool(column, input)) return -1;
  const std::uint32_t slot = state_->synapses.slot_of(column);
  const StoredPermanence* const stored =
      slot == PoolerSynapses::kUnchanged ? data.column(column) : state_->synapses.permanences(slot);
  return stored[input] + data.units.connected;
}

std::uint32_t SpatialPooler::changed_columns() const { return state_->synapses.changed_columns(); }

std::size_t SpatialPooler::bytes() const {
  return sizeof(State) + state_->synapses.bytes() + state_->duty.bytes();
}

void SpatialPooler::save(base::ByteWriter& out) const {
  out.u64(state_->base->digest());
  state_->duty.save(out);
  save_columns(state_->base->data(), state_->synapses, out);
}

base::Result<SpatialPooler> SpatialPooler::restore(std::shared_ptr<const PoolerBase> base,
                                                   base::ByteReader& in) {
  SpatialPooler pooler(std::move(base));
  State& state = *pooler.state_;
  if (in.u64() != state.base->digest()) return corrupt("another base");
  if (!state.duty.restore(in)) return corrupt("duty cycles");
  if (!restore_columns(state.base->data(), in, state.synapses)) return corrupt("a changed column");
  return pooler;
}

}  // namespace cortado::htm
