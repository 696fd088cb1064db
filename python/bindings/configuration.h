// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <pybind11/pybind11.h>

#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/enrich/enrich_config.h"

namespace cortado::python {

/// The options of one model family, checked. Those with equal detector options share what all
/// their devices share: it takes a megabyte and some milliseconds to make.
class Configuration {
 public:
  /// `blocks`: {"detector": {"preset": "seed"}, ...}. **Errors** (thrown): invalid_config naming
  /// the key.
  explicit Configuration(const pybind11::dict& blocks);
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  const std::shared_ptr<const detector::Detector>& detector() const { return detector_; }
  const enrich::EnrichConfig& enrich() const { return enrich_; }
  /// The same as `blocks`, defaults included, as texts.
  pybind11::dict options();
  /// Read a time as the record formats do. None if it cannot be read.
  static std::optional<base::EpochMillis> time_of_text(const std::string& text);
  static std::optional<base::EpochMillis> time_of_number(double number);

 private:
  base::Options describe();

  detector::DetectorConfig detector_config_;
  enrich::EnrichConfig enrich_;
  std::shared_ptr<const detector::Detector> detector_;
};

void bind_configuration(pybind11::module_& module);

}  // namespace cortado::python
