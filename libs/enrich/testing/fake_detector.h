// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cortado/detector/detector.h"

namespace cortado::enrich::testing {

/// A detector that can be followed by hand: it predicts the last value; anomaly is 1 where the
/// value moved by more than 1, and that is an alarm with score 0.9 and reason "pattern".
class FakeDetector : public detector::Detector {
 public:
  explicit FakeDetector(bool uses_time = false) : uses_time_(uses_time) {}

  std::unique_ptr<detector::DeviceModel> create_model(std::string_view device) const override;
  base::Result<std::unique_ptr<detector::DeviceModel>> load_model(
      std::string_view device, std::string_view blob) const override;
  const std::string& model_hash() const override { return model_hash_; }
  bool uses_time() const override { return uses_time_; }
  std::int64_t warm_up() const override { return 0; }

 private:
  bool uses_time_;
  std::string model_hash_ = "fa4efa4efa4efa4e";
};

}  // namespace cortado::enrich::testing
