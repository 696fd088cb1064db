// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "alert_policy.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "evidence_pipeline.h"
#include "fault_guards.h"
#include "incidents.h"
#include "newest_time.h"
#include "next_value.h"
#include "rarity_bound.h"

namespace cortado::detector {

/// What all models of a multiscale detector share.
struct MultiscaleSettings {
  DetectorConfig config;
  std::uint64_t model_hash = 0;
  std::int64_t warm_up = 0;
};

/// One device under the preset multiscale: evidence, forecast, incidents.
class MultiscaleModel final : public DeviceModel {
 public:
  MultiscaleModel(std::shared_ptr<const MultiscaleSettings> settings, std::string_view device);

  Score update(const Observation& observation) override { return step(observation, nullptr); }
  Score update(const Observation& observation, StageProbe& probe) override {
    return step(observation, &probe);
  }
  std::optional<base::EpochMillis> newest_event_time() const override { return newest_.get(); }
  void save(std::string& out) const override;
  ModelCost cost() const override;
  void activity(base::ColumnActivity& out) const override { pipeline_.activity(out); }

  /// **Errors:** kCorrupt, kUnsupported.
  static base::Result<std::unique_ptr<DeviceModel>> load(
      std::shared_ptr<const MultiscaleSettings> settings, std::string_view device,
      std::string_view blob);

 private:
  Score step(const Observation& observation, StageProbe* probe);
  bool usable(const Observation& observation) const;
  void predict(double value, Score& score);
  Evidence weigh(double value);
  void judge(const Evidence& evidence, std::string_view fault, const Observation& observation,
             Score& score);
  bool load_body(base::ByteReader& in);

  std::shared_ptr<const MultiscaleSettings> settings_;
  std::int64_t sequence_ = 0;
  std::int64_t model_age_ = 0;
  NewestTime newest_;
  EvidencePipeline pipeline_;
  Rareness rareness_;
  NextValue next_;
  Incidents incidents_;
  AlertPolicy alerts_;
  FaultGuards faults_;
};

}  // namespace cortado::detector
