// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cortado/detector/blob_facts.h"
#include "cortado/enrich/enricher.h"
#include "cortado/stream/operator.h"
#include "model_memory.h"

namespace cortado::app {

/// `enrich` seen as a stream::Operator: passes on, and counts what the models hold.
class EnrichOperator final : public stream::Operator {
 public:
  EnrichOperator(const enrich::Enricher& enricher, std::string model_hash,
                 std::string settings_hash)
      : enricher_(enricher),
        model_hash_(std::move(model_hash)),
        settings_hash_(std::move(settings_hash)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    return enricher_.route(record, device, immediate);
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> create(
      std::string_view device) const override;
  base::Result<std::unique_ptr<stream::DeviceProcessor>> load(
      std::string_view device, std::string_view bytes) const override;
  std::string model_hash() const override { return model_hash_; }
  /// Bytes of all models in memory.
  std::int64_t model_bytes() const { return memory_.bytes(); }
  std::uint32_t algorithm_version() const override { return detector::kAlgorithmVersion; }
  std::string settings_hash() const override { return settings_hash_; }

 private:
  const enrich::Enricher& enricher_;
  std::string model_hash_;
  std::string settings_hash_;
  mutable ModelMemory memory_;  ///< outlives the processors
};

}  // namespace cortado::app
