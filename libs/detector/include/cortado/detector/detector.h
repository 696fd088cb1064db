// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/column_activity.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/detector/model_cost.h"
#include "cortado/detector/observation.h"
#include "cortado/detector/score.h"

namespace cortado::detector {

struct DetectorConfig;  // detector_config.h

/// One device's model with its statistics. One thread at a time.
class DeviceModel {
 public:
  virtual ~DeviceModel() = default;
  /// Learn and score one observation of this device, in stream order.
  virtual Score update(const Observation& observation) = 0;
  /// The same score from the same model, telling a benchmark's probe of every stage; a model
  /// without stages tells of none.
  virtual Score update(const Observation& observation, StageProbe& probe) = 0;
  /// The newest event time of the valid observations so far; none before the first that has one.
  /// Part of the device blob.
  virtual std::optional<base::EpochMillis> newest_event_time() const = 0;
  /// Append the device blob (docs/formats/device-blob.md). Restoring it and going on is
  /// bit-identical to never stopping.
  virtual void save(std::string& out) const = 0;
  virtual ModelCost cost() const = 0;
  /// Append what the newest valid observation did in the model's memories; nothing if there was
  /// none since the model was loaded, or the preset has no memories.
  virtual void activity(base::ColumnActivity& /*out*/) const {}
};

/// The immutable part that all devices of one configuration share: presets, encoder tables, the
/// pooler's base. Thread-safe.
class Detector {
 public:
  /// **Errors:** kInvalidConfig naming the key.
  static base::Result<std::shared_ptr<const Detector>> create(const DetectorConfig& config);
  virtual ~Detector() = default;

  virtual std::unique_ptr<DeviceModel> create_model(std::string_view device) const = 0;
  /// **Errors:** kCorrupt (magic, length, checksum), kUnsupported (format or algorithm version,
  /// model hash).
  virtual base::Result<std::unique_ptr<DeviceModel>> load_model(std::string_view device,
                                                                std::string_view blob) const = 0;
  /// 16 hexadecimal digits of everything that changes model bytes; `modelHash` in records.
  virtual const std::string& model_hash() const = 0;
  /// True if the preset encodes event time, so that a record without a readable time is invalid.
  virtual bool uses_time() const = 0;
  /// Observations until a device leaves `warming`.
  virtual std::int64_t warm_up() const = 0;
};

}  // namespace cortado::detector
