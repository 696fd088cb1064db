// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "value_forecaster.h"

#include <utility>

namespace cortado::detector {
namespace {

htm::ChangeForecasterConfig ranged(htm::ChangeForecasterConfig config, double range) {
  config.range = range;
  return config;
}

}  // namespace

base::Options describe(ValueForecasterConfig& config) {
  if (auto* sdr = std::get_if<htm::SdrClassifierConfig>(&config)) {
    return htm::describe(*sdr, "classifier");
  }
  if (auto* change = std::get_if<htm::ChangeForecasterConfig>(&config)) {
    return htm::describe(*change, "change_forecaster");
  }
  return {};
}

base::Result<ValueForecaster> ValueForecaster::create(const ValueForecasterConfig& config,
                                                      double range) {
  if (const auto* sdr = std::get_if<htm::SdrClassifierConfig>(&config)) {
    CORTADO_ASSIGN(auto classifier, htm::SdrClassifier::create(*sdr));
    return ValueForecaster(Either(std::move(classifier)));
  }
  if (const auto* change = std::get_if<htm::ChangeForecasterConfig>(&config)) {
    CORTADO_ASSIGN(auto forecaster, htm::ChangeForecaster::create(ranged(*change, range)));
    return ValueForecaster(Either(std::move(forecaster)));
  }
  return ValueForecaster(Either());
}

base::Result<ValueForecaster> ValueForecaster::restore(const ValueForecasterConfig& config,
                                                       double range, base::ByteReader& in) {
  if (const auto* sdr = std::get_if<htm::SdrClassifierConfig>(&config)) {
    CORTADO_ASSIGN(auto classifier, htm::SdrClassifier::restore(*sdr, in));
    return ValueForecaster(Either(std::move(classifier)));
  }
  if (const auto* change = std::get_if<htm::ChangeForecasterConfig>(&config)) {
    CORTADO_ASSIGN(auto forecaster, htm::ChangeForecaster::restore(ranged(*change, range), in));
    return ValueForecaster(Either(std::move(forecaster)));
  }
  return ValueForecaster(Either());
}

double ValueForecaster::compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket,
                                double value) {
  if (auto* sdr = std::get_if<htm::SdrClassifier>(&forecaster_)) {
    return sdr->compute(active_cells, bucket, value);
  }
  if (auto* change = std::get_if<htm::ChangeForecaster>(&forecaster_)) {
    return change->compute(active_cells, value);
  }
  return value;
}

std::size_t ValueForecaster::bytes() const {
  if (const auto* sdr = std::get_if<htm::SdrClassifier>(&forecaster_)) return sdr->bytes();
  if (const auto* change = std::get_if<htm::ChangeForecaster>(&forecaster_)) {
    return change->bytes();
  }
  return 0;
}

void ValueForecaster::save(base::ByteWriter& out) const {
  if (const auto* sdr = std::get_if<htm::SdrClassifier>(&forecaster_)) sdr->save(out);
  if (const auto* change = std::get_if<htm::ChangeForecaster>(&forecaster_)) change->save(out);
}

}  // namespace cortado::detector
