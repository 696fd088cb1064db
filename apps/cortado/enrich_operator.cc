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
           std::span<base::Outcome* const> outcomes, std::size_t following) override {
    device_->run(records, outcomes, following);
    // Counted once a batch: its records before the last tell what the model held before it.
    if (following == 0) count();
    for (base::Outcome* outcome : outcomes) outcome->model_bytes = share_.bytes();
  }
  void save(std::string& out) const override { device_->save(out); }
  bool has_model() const override { return device_->has_model(); }

 private:
  void count() { share_.set(static_cast<std::int64_t>(device_->bytes())); }

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
