// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "enrich_operator.h"

#include <utility>

namespace cortado::app {
namespace {

class EnrichProcessor final : public stream::DeviceProcessor {
 public:
  explicit EnrichProcessor(std::unique_ptr<enrich::DeviceEnricher> device)
      : device_(std::move(device)) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes) override {
    device_->run(records, outcomes);
  }
  void save(std::string& out) const override { device_->save(out); }

 private:
  std::unique_ptr<enrich::DeviceEnricher> device_;
};

std::unique_ptr<stream::DeviceProcessor> wrap(std::unique_ptr<enrich::DeviceEnricher> device) {
  return std::make_unique<EnrichProcessor>(std::move(device));
}

}  // namespace

base::Result<std::unique_ptr<stream::DeviceProcessor>> EnrichOperator::create(
    std::string_view device) const {
  return wrap(enricher_.create_device(device));
}

base::Result<std::unique_ptr<stream::DeviceProcessor>> EnrichOperator::load(
    std::string_view device, std::string_view bytes) const {
  CORTADO_ASSIGN(auto loaded, enricher_.load_device(device, bytes));
  return wrap(std::move(loaded));
}

}  // namespace cortado::app
