// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "enrich_operator.h"

#include <utility>

namespace cortado::app {
namespace {

class EnrichProcessor final : public stream::DeviceProcessor {
 public:
  EnrichProcessor(std::unique_ptr<enrich::DeviceEnricher> device, ModelMemory& memory)
      : device_(std::move(device)), share_(memory) {
    count();
  }

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes) override {
    device_->run(records, outcomes);
    const auto bytes = count();
    for (base::Outcome* outcome : outcomes) outcome->model_bytes = bytes;
  }
  void save(std::string& out) const override { device_->save(out); }

 private:
  std::int64_t count() {
    const auto bytes = static_cast<std::int64_t>(device_->bytes());
    share_.set(bytes);
    return bytes;
  }

  std::unique_ptr<enrich::DeviceEnricher> device_;
  ModelShare share_;
};

std::unique_ptr<stream::DeviceProcessor> wrap(std::unique_ptr<enrich::DeviceEnricher> device,
                                              ModelMemory& memory) {
  return std::make_unique<EnrichProcessor>(std::move(device), memory);
}

}  // namespace

base::Result<std::unique_ptr<stream::DeviceProcessor>> EnrichOperator::create(
    std::string_view device) const {
  return wrap(enricher_.create_device(device), memory_);
}

base::Result<std::unique_ptr<stream::DeviceProcessor>> EnrichOperator::load(
    std::string_view device, std::string_view bytes) const {
  CORTADO_ASSIGN(auto loaded, enricher_.load_device(device, bytes));
  return wrap(std::move(loaded), memory_);
}

}  // namespace cortado::app
