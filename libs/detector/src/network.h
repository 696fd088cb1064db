// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cortado/base/bytes.h"
#include "cortado/base/column_activity.h"
#include "cortado/detector/detector_config.h"
#include "cortado/detector/model_cost.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/spatial_pooler.h"
#include "cortado/htm/temporal_memory.h"
#include "value_encoder.h"
#include "value_forecaster.h"

namespace cortado::detector {

/// Every constant of a network.
struct NetworkConfig {
  htm::DateEncoderConfig date;
  ValueEncoderConfig value;
  htm::SpatialPoolerConfig pooler;
  htm::TemporalMemoryConfig memory;
  ValueForecasterConfig forecaster;
};

/// Return the constants of a preset that is a network.
NetworkConfig network_config(Preset preset, std::int64_t seed, Forecaster forecaster);

/// Return "path=value" lines of all constants, for the model hash.
std::string print(NetworkConfig config);

/// What all networks of one configuration share. Thread-safe.
class NetworkBase {
 public:
  static base::Result<std::shared_ptr<const NetworkBase>> create(const NetworkConfig& config);

  const NetworkConfig& config() const { return config_; }
  const htm::DateEncoder& date() const { return date_; }
  const std::shared_ptr<const htm::PoolerBase>& pooler() const { return pooler_; }
  bool uses_time() const { return date_.size() > 0; }

 private:
  NetworkBase(const NetworkConfig& config, htm::DateEncoder date,
              std::shared_ptr<const htm::PoolerBase> pooler)
      : config_(config), date_(date), pooler_(std::move(pooler)) {}

  NetworkConfig config_;
  htm::DateEncoder date_;
  std::shared_ptr<const htm::PoolerBase> pooler_;
};

/// What a network says of one value.
struct NetworkOutput {
  double anomaly;
  double prediction_next;
  bool clipped;
};

/// One device's encoder, pooler, memory and forecaster.
class Network {
 public:
  static base::Result<Network> create(std::shared_ptr<const NetworkBase> shared,
                                      const ValueEncoder& encoder);
  /// **Errors:** kCorrupt.
  static base::Result<Network> restore(std::shared_ptr<const NetworkBase> shared,
                                       const ValueEncoder& encoder, base::ByteReader& in);

  /// Learn and score a finite value; tell `probe`, if there is one, of every stage.
  NetworkOutput compute(std::int64_t event_time_ms, double value, StageProbe* probe = nullptr);
  void save(base::ByteWriter& out) const;
  /// Append what the last value did in the memory.
  void activity(base::ColumnActivity& out) const;
  /// The parts' cost; that of the model around them is 0.
  ModelCost cost() const;

 private:
  Network(std::shared_ptr<const NetworkBase> shared, const ValueEncoder& encoder,
          htm::SpatialPooler pooler, htm::TemporalMemory memory, ValueForecaster forecaster);

  std::shared_ptr<const NetworkBase> shared_;
  ValueEncoder encoder_;
  htm::SpatialPooler pooler_;
  htm::TemporalMemory memory_;
  ValueForecaster forecaster_;
};

}  // namespace cortado::detector
