// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "columns.h"
#include "configuration.h"
#include "cortado/enrich/enricher.h"

namespace cortado::python {

using Values = std::vector<std::optional<pybind11::bytes>>;
/// For tombstones, which name their device by key alone.
using Keys = std::optional<Values>;
using Timestamps = std::optional<std::vector<std::optional<std::int64_t>>>;

/// One device's records, bytes to outcomes. Calls from several threads wait for each other.
class EnrichedDevice {
 public:
  EnrichedDevice(std::shared_ptr<const enrich::Enricher> enricher,
                 std::unique_ptr<enrich::DeviceEnricher> device)
      : enricher_(std::move(enricher)), device_(std::move(device)) {}

  /// Return for each record (kind, value, device, status, clipped, stage, reason); kind is 0 for
  /// enriched, 1 for a dead letter, 2 for ignored.
  pybind11::list run(const Values& values, const Timestamps& timestamps, const Keys& keys);
  pybind11::bytes save() const;

 private:
  std::shared_ptr<const enrich::Enricher> enricher_;
  mutable std::mutex mutex_;
  std::unique_ptr<enrich::DeviceEnricher> device_;
};

/// Tells records' devices and makes EnrichedDevices. Thread-safe.
class Enricher {
 public:
  explicit Enricher(std::shared_ptr<const Configuration> configuration);

  /// Return for each record (device, None), or (None, its outcome) where it never reaches a model.
  pybind11::list route(const Values& values, const Timestamps& timestamps, const Keys& keys) const;
  std::unique_ptr<EnrichedDevice> device(const std::string& name,
                                         const std::optional<pybind11::bytes>& blob) const;

 private:
  std::shared_ptr<const Configuration> configuration_;
  std::shared_ptr<const enrich::Enricher> enricher_;
};

void bind_enriching(pybind11::module_& module);

}  // namespace cortado::python
