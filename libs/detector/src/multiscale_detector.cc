// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "multiscale_detector.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "blob_envelope.h"
#include "cortado/base/hash.h"
#include "multiscale_model.h"

namespace cortado::detector {
namespace {

void print(const base::OptionNode& node, std::string& text) {
  text += node.scalar;
  for (const auto& item : node.items) {
    text += " ";
    print(item, text);
  }
}

/// What only judges the evidence: a model goes on under any of them.
bool is_threshold(std::string_view path) {
  constexpr std::array<std::string_view, 3> kThresholds = {
      "detector.advanced.cut", "detector.advanced.least_cut", "detector.advanced.refractory"};
  return std::find(kThresholds.begin(), kThresholds.end(), path) != kThresholds.end();
}

/// Everything that changes model bytes, as text.
std::string print_model_settings(DetectorConfig config) {
  std::string text = "multiscale\nseed=" + std::to_string(config.seed) +
                     "\nreject_negative=" + (config.reject_negative ? "true" : "false") + "\n";
  for (const auto& option : describe(config.advanced)) {
    if (is_threshold(option.path)) continue;
    text += option.path + "=";
    print(option.get(), text);
    text += "\n";
  }
  return text;
}

class MultiscaleDetector final : public Detector {
 public:
  explicit MultiscaleDetector(MultiscaleSettings settings)
      : settings_(std::make_shared<const MultiscaleSettings>(std::move(settings))),
        model_hash_(base::to_hex(settings_->model_hash)) {}

  std::unique_ptr<DeviceModel> create_model(std::string_view device) const override {
    return std::make_unique<MultiscaleModel>(settings_, device);
  }
  base::Result<std::unique_ptr<DeviceModel>> load_model(std::string_view device,
                                                        std::string_view blob) const override {
    return MultiscaleModel::load(settings_, device, blob);
  }
  const std::string& model_hash() const override { return model_hash_; }
  bool uses_time() const override { return false; }
  std::int64_t warm_up() const override { return settings_->warm_up; }

 private:
  std::shared_ptr<const MultiscaleSettings> settings_;
  std::string model_hash_;
};

}  // namespace

base::Result<std::shared_ptr<const Detector>> make_multiscale_detector(
    const DetectorConfig& config) {
  CORTADO_TRY(validate(config.advanced));
  CORTADO_TRY(parse_budget(config.alerts.rules.budget));
  for (const auto& item : config.alerts.overrides)
    CORTADO_TRY(parse_budget(item.budget.value_or("")));
  MultiscaleSettings settings{config, base::hash64(print_model_settings(config)),
                              warm_up_of(config)};
  return std::shared_ptr<const Detector>(std::make_shared<MultiscaleDetector>(std::move(settings)));
}

}  // namespace cortado::detector
