// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/detector/detector.h"

namespace cortado::enrich {

struct EnrichConfig;  // enrich_config.h: input format and mapping, output format, policies

/// One device's records to outcomes: decode, observe, score, encode. One thread at a time.
class DeviceEnricher {
 public:
  virtual ~DeviceEnricher() = default;
  /// `following` more records of the device come in later calls of the same run.
  virtual void run(std::span<const base::RawRecord* const> records,
                   std::span<base::Outcome* const> outcomes, std::size_t following) = 0;
  /// Append the device blob, as the detector writes it; nothing for a device without a model: one
  /// never seen or forgotten.
  virtual void save(std::string& out) const = 0;
  /// False for a device without a model: one never seen or forgotten.
  virtual bool has_model() const = 0;
  /// Return what its model holds in memory, by the model's own count.
  virtual std::size_t bytes() const = 0;
};

/// Makes the enrichers of one configuration. Thread-safe.
class Enricher {
 public:
  /// If it `explains`, the outcomes of alarms, and of the last eight records of each run, tell what
  /// the model's memories did.
  static base::Result<std::unique_ptr<Enricher>> create(
      const EnrichConfig& config, std::shared_ptr<const detector::Detector> detector,
      bool explains = false);
  virtual ~Enricher() = default;

  /// Tell the device of a record (pure): true with `device` set, or false with `immediate` set to a
  /// dead letter (cannot be decoded, no device) or ignored (tombstone). A tombstone that forgets
  /// goes to the device that its key names.
  virtual bool route(const base::RawRecord& record, std::string& device,
                     base::Outcome& immediate) const = 0;
  virtual std::unique_ptr<DeviceEnricher> create_device(std::string_view device) const = 0;
  /// Take what save() appended. **Errors:** those of Detector::load_model.
  virtual base::Result<std::unique_ptr<DeviceEnricher>> load_device(
      std::string_view device, std::string_view blob) const = 0;
};

}  // namespace cortado::enrich
