// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cortado/stream/operator.h"

namespace cortado::stream::testing {

/// An operator whose state is a hash over all of a device's values in order: a record lost, doubled
/// or out of place changes every later outcome. The key is the device; a value beginning with "bad"
/// becomes a dead letter in route(), one beginning with "skip" is ignored, one beginning with
/// "alarm" is an alarm, one beginning with "forget" is ignored and takes the device's state away.
class HashOperator final : public Operator {
 public:
  explicit HashOperator(std::string model_hash = "hash-1", std::uint32_t algorithm = 1,
                        std::string settings_hash = {})
      : model_hash_(std::move(model_hash)),
        algorithm_(algorithm),
        settings_hash_(std::move(settings_hash)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override;
  bool begins(const base::RawRecord& record) const override;
  base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const override;
  base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                      std::string_view bytes) const override;
  std::string model_hash() const override { return model_hash_; }
  std::uint32_t algorithm_version() const override { return algorithm_; }
  std::string settings_hash() const override { return settings_hash_; }

  /// How many devices were loaded, and saved.
  int loads() const { return counts_->loads; }
  int saves() const { return counts_->saves; }
  /// Let the next load fail.
  void fail_next_load(base::Error error) { counts_->failure = std::move(error); }

  struct Counts {
    std::mutex mutex;
    int loads = 0;
    int saves = 0;
    std::optional<base::Error> failure;
  };

 private:
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
  std::string model_hash_;
  std::uint32_t algorithm_;
  std::string settings_hash_;
};

}  // namespace cortado::stream::testing
