// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/detector.h"

#include <utility>
#include <vector>

#include "blob_envelope.h"
#include "cortado/base/hash.h"
#include "cortado/detector/detector_config.h"
#include "device_model.h"
#include "glob.h"
#include "last_value.h"
#include "multiscale_detector.h"

namespace cortado::detector {
namespace {

struct DeviceEncoder {
  std::string device;  ///< glob
  ValueEncoder encoder;
};

/// Everything that changes model bytes, as text.
std::string print_model_settings(const DetectorConfig& config, const NetworkConfig& network) {
  std::string text = print(network);
  text += std::string("reject_negative=") + (config.reject_negative ? "true" : "false") + "\n";
  for (const auto& item : config.overrides) {
    text += "override=" + std::to_string(item.device.size()) + ":" + item.device + " " +
            base::print_number(item.minimum) + " " + base::print_number(item.maximum) + "\n";
  }
  return text;
}

base::Result<std::vector<DeviceEncoder>> make_encoders(const DetectorConfig& config,
                                                       const ValueEncoderConfig& standard) {
  std::vector<DeviceEncoder> encoders;
  for (const auto& item : config.overrides) {
    auto encoder = ValueEncoder::create(with_range(standard, item.minimum, item.maximum));
    if (!encoder.ok()) return encoder.error().with_context("detector.overrides: " + item.device);
    encoders.push_back({item.device, *encoder});
  }
  CORTADO_ASSIGN(auto fallback, ValueEncoder::create(standard));
  encoders.push_back({"*", fallback});
  return encoders;
}

class NetworkDetector : public Detector {
 public:
  NetworkDetector(ModelSettings settings, std::vector<DeviceEncoder> encoders, bool uses_time)
      : settings_(std::make_shared<const ModelSettings>(std::move(settings))),
        encoders_(std::move(encoders)),
        model_hash_(base::to_hex(settings_->model_hash)),
        uses_time_(uses_time) {}

  std::unique_ptr<DeviceModel> create_model(std::string_view device) const override {
    // The configuration was checked when the detector was made.
    auto network = Network::create(settings_->network, encoder_of(device));
    return std::make_unique<NetworkDeviceModel>(settings_, std::move(network).value());
  }
  base::Result<std::unique_ptr<DeviceModel>> load_model(std::string_view device,
                                                        std::string_view blob) const override {
    return NetworkDeviceModel::load(settings_, encoder_of(device), blob);
  }
  const std::string& model_hash() const override { return model_hash_; }
  bool uses_time() const override { return uses_time_; }
  std::int64_t warm_up() const override { return settings_->warm_up; }

 private:
  const ValueEncoder& encoder_of(std::string_view device) const {
    for (const auto& item : encoders_) {
      if (glob_match(item.device, device)) return item.encoder;
    }
    return encoders_.back().encoder;
  }

  std::shared_ptr<const ModelSettings> settings_;
  std::vector<DeviceEncoder> encoders_;  ///< the last one matches every device
  std::string model_hash_;
  bool uses_time_;
};

}  // namespace

base::Result<std::shared_ptr<const Detector>> Detector::create(const DetectorConfig& config) {
  if (config.preset == Preset::kLastValue) return make_last_value_detector(config);
  if (config.preset == Preset::kMultiscale) return make_multiscale_detector(config);
  const NetworkConfig network_settings =
      network_config(config.preset, config.seed, config.forecaster);
  CORTADO_ASSIGN(auto encoders, make_encoders(config, network_settings.value));
  ModelSettings settings;
  CORTADO_ASSIGN(settings.network, NetworkBase::create(network_settings));
  CORTADO_TRY(Network::create(settings.network, encoders.back().encoder));
  settings.model_hash = base::hash64(print_model_settings(config, network_settings));
  settings.warm_up = warm_up_of(config);
  settings.reject_negative = config.reject_negative;
  const bool uses_time = settings.network->uses_time();
  return std::shared_ptr<const Detector>(
      std::make_shared<NetworkDetector>(std::move(settings), std::move(encoders), uses_time));
}

}  // namespace cortado::detector
