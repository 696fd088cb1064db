// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include <utility>

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

}  // namespace

base::Result<std::shared_ptr<const NetworkBase>> NetworkBase::create(const NetworkConfig& config) {
  CORTADO_ASSIGN(auto date, htm::DateEncoder::create(config.date));
  CORTADO_ASSIGN(auto pooler, htm::PoolerBase::create(config.pooler));
  return std::shared_ptr<const NetworkBase>(new NetworkBase(config, date, std::move(pooler)));
}

Network::Network(std::shared_ptr<const NetworkBase> shared, const htm::ScalarEncoder& encoder,
                 htm::SpatialPooler pooler, htm::TemporalMemory memory, ValueForecaster forecaster)
    : shared_(std::move(shared)),
      encoder_(encoder),
      pooler_(std::move(pooler)),
      memory_(std::move(memory)),
      forecaster_(std::move(forecaster)) {}

base::Result<Network> Network::create(std::shared_ptr<const NetworkBase> shared,
                                      const htm::ScalarEncoder& encoder) {
  CORTADO_ASSIGN(auto memory, htm::TemporalMemory::create(shared->config().memory));
  CORTADO_ASSIGN(auto forecaster,
                 ValueForecaster::create(shared->config().forecaster, encoder.range()));
  htm::SpatialPooler pooler(shared->pooler());
  return Network(std::move(shared), encoder, std::move(pooler), std::move(memory),
                 std::move(forecaster));
}

base::Result<Network> Network::restore(std::shared_ptr<const NetworkBase> shared,
                                       const htm::ScalarEncoder& encoder, base::ByteReader& in) {
  CORTADO_ASSIGN(auto pooler, htm::SpatialPooler::restore(shared->pooler(), in));
  CORTADO_ASSIGN(auto memory, htm::TemporalMemory::restore(shared->config().memory, in));
  CORTADO_ASSIGN(auto forecaster,
                 ValueForecaster::restore(shared->config().forecaster, encoder.range(), in));
  return Network(std::move(shared), encoder, std::move(pooler), std::move(memory),
                 std::move(forecaster));
}

NetworkOutput Network::compute(std::int64_t event_time_ms, double value) {
  Workspace& work = workspace();
  const std::uint32_t date_bits = shared_->date().size();
  const htm::ScalarBucket bucket = encoder_.bucket(value);
  work.input.reset(date_bits + encoder_.size());
  shared_->date().encode(event_time_ms, 0, work.input);
  encoder_.encode(bucket.index, date_bits, work.input);
  pooler_.compute(work.input, true, work.columns);
  const auto columns = work.columns.active();
  const std::uint32_t predicted = memory_.compute(columns, true);
  NetworkOutput output{};
  output.anomaly = htm::anomaly_score(static_cast<std::uint32_t>(columns.size()), predicted);
  output.prediction_next = forecaster_.compute(memory_.active_cells(), bucket.index, value);
  output.clipped = bucket.clipped;
  return output;
}

void Network::save(base::ByteWriter& out) const {
  pooler_.save(out);
  memory_.save(out);
  forecaster_.save(out);
}

}  // namespace cortado::detector
