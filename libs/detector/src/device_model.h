// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cortado/detector/detector.h"
#include "network.h"
#include "newest_time.h"

namespace cortado::detector {

/// What a device model needs to know of its detector.
struct ModelSettings {
  std::shared_ptr<const NetworkBase> network;
  std::uint64_t model_hash = 0;
  std::int64_t warm_up = 0;
  bool reject_negative = false;
};

/// A device's network with what lives from record to record beside it.
class NetworkDeviceModel : public DeviceModel {
 public:
  NetworkDeviceModel(std::shared_ptr<const ModelSettings> settings, Network network)
      : settings_(std::move(settings)), network_(std::move(network)) {}

  Score update(const Observation& observation) override { return step(observation, nullptr); }
  Score update(const Observation& observation, StageProbe& probe) override {
    return step(observation, &probe);
  }
  std::optional<base::EpochMillis> newest_event_time() const override { return newest_.get(); }
  void save(std::string& out) const override;
  ModelCost cost() const override;
  void activity(base::ColumnActivity& out) const override {
    if (model_age_ > 0) network_.activity(out);
  }

  /// **Errors:** kCorrupt, kUnsupported.
  static base::Result<std::unique_ptr<DeviceModel>> load(
      std::shared_ptr<const ModelSettings> settings, const ValueEncoder& encoder,
      std::string_view blob);

 private:
  Score step(const Observation& observation, StageProbe* probe);
  bool usable(const Observation& observation) const;

  std::shared_ptr<const ModelSettings> settings_;
  Network network_;
  std::int64_t sequence_ = 0;
  std::int64_t model_age_ = 0;
  double prediction_next_ = 0;
  NewestTime newest_;
};

}  // namespace cortado::detector
