// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include <utility>
#include <variant>
#include <vector>

#include "cortado/htm/anomaly_score.h"

namespace cortado::detector {
namespace {

/// What a step needs and forgets; one for each thread.
struct Workspace {
  htm::Sdr input;
  htm::Sdr columns;
};

Workspace& workspace() {
  thread_local Workspace instance;
  return instance;
}

void tell(StageProbe* probe, Stage stage) {
  if (probe != nullptr) probe->finished(stage);
}

/// The lengths of the runs of bits that the encoders switch on.
std::vector<std::uint32_t> run_lengths(const NetworkConfig& config) {
  std::vector<std::uint32_t> lengths;
  const auto add = [&lengths](std::int64_t width) {
    lengths.push_back(static_cast<std::uint32_t>(width));
  };
  add(config.date.season_width);
  add(config.date.weekend_width);
  add(config.date.time_of_day_width);
  if (const auto* runs = std::get_if<htm::ScalarEncoderConfig>(&config.value)) add(runs->width);
  return lengths;
}

}  // namespace

base::Result<std::shared_ptr<const NetworkBase>> NetworkBase::create(const NetworkConfig& config) {
  CORTADO_ASSIGN(auto date, htm::DateEncoder::create(config.date));
  CORTADO_ASSIGN(auto pooler, htm::PoolerBase::create(config.pooler, run_lengths(config)));
  return std::shared_ptr<const NetworkBase>(new NetworkBase(config, date, std::move(pooler)));
}

Network::Network(std::shared_ptr<const NetworkBase> shared, const ValueEncoder& encoder,
                 htm::SpatialPooler pooler, htm::TemporalMemory memory, ValueForecaster forecaster)
    : shared_(std::move(shared)),
      encoder_(encoder),
      pooler_(std::move(pooler)),
      memory_(std::move(memory)),
      forecaster_(std::move(forecaster)) {}

base::Result<Network> Network::create(std::shared_ptr<const NetworkBase> shared,
                                      const ValueEncoder& encoder) {
  CORTADO_ASSIGN(auto memory, htm::TemporalMemory::create(shared->config().memory));
  CORTADO_ASSIGN(auto forecaster,
                 ValueForecaster::create(shared->config().forecaster, encoder.range()));
  htm::SpatialPooler pooler(shared->pooler());
  return Network(std::move(shared), encoder, std::move(pooler), std::move(memory),
                 std::move(forecaster));
}

base::Result<Network> Network::restore(std::shared_ptr<const NetworkBase> shared,
                                       const ValueEncoder& encoder, base::ByteReader& in) {
  CORTADO_ASSIGN(auto pooler, htm::SpatialPooler::restore(shared->pooler(), in));
  CORTADO_ASSIGN(auto memory, htm::TemporalMemory::restore(shared->config().memory, in));
  CORTADO_ASSIGN(auto forecaster,
                 ValueForecaster::restore(shared->config().forecaster, encoder.range(), in));
  return Network(std::move(shared), encoder, std::move(pooler), std::move(memory),
                 std::move(forecaster));
}

NetworkOutput Network::compute(std::int64_t event_time_ms, double value, StageProbe* probe) {
  Workspace& work = workspace();
  const std::uint32_t date_bits = shared_->date().size();
  const ValueBucket bucket = encoder_.bucket(value);
  work.input.reset(date_bits + encoder_.size());
  shared_->date().encode(event_time_ms, 0, work.input);
  encoder_.encode(bucket, date_bits, work.input);
  tell(probe, Stage::kEncode);
  pooler_.compute(work.input, true, work.columns);
  tell(probe, Stage::kPooler);
  const auto columns = work.columns.active();
  const std::uint32_t predicted = memory_.compute(columns, true);
  tell(probe, Stage::kMemory);
  NetworkOutput output{};
  output.anomaly = htm::anomaly_score(static_cast<std::uint32_t>(columns.size()), predicted);
  output.prediction_next =
      forecaster_.compute(memory_.active_cells(), static_cast<std::uint32_t>(bucket.index), value);
  tell(probe, Stage::kClassifier);
  output.clipped = bucket.clipped;
  return output;
}

void Network::save(base::ByteWriter& out) const {
  pooler_.save(out);
  memory_.save(out);
  forecaster_.save(out);
}

void Network::activity(base::ColumnActivity& out) const {
  const auto cells = static_cast<std::uint32_t>(shared_->config().memory.cells_per_column);
  const auto burst = memory_.burst_columns();
  auto next = burst.begin();
  out.begin("columns", static_cast<std::uint32_t>(shared_->config().memory.columns));
  std::optional<std::uint32_t> last;
  for (const std::uint32_t cell : memory_.active_cells()) {
    const std::uint32_t column = cell / cells;
    if (column == last) continue;
    last = column;
    const bool bursts = next != burst.end() && *next == column;
    if (bursts) ++next;
    out.add(column, bursts);
  }
}

ModelCost Network::cost() const {
  const htm::MemoryCounts counts = memory_.counts();
  ModelCost cost;
  cost.pooler_bytes = pooler_.bytes();
  cost.memory_bytes = memory_.bytes();
  cost.classifier_bytes = forecaster_.bytes();
  cost.changed_columns = pooler_.changed_columns();
  cost.segments = counts.segments;
  cost.synapses = counts.synapses;
  return cost;
}

}  // namespace cortado::detector
