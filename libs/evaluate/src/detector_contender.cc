// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/detector.h"
#include "cortado/evaluate/contender.h"

namespace cortado::evaluate {
namespace {

using detector::Preset;

/// The raw anomaly from which on presets without a score alarm.
constexpr double kRawThreshold = 0.7;
constexpr double kScoreThreshold = 0.5;

class DetectorScorer final : public SeriesScorer {
 public:
  DetectorScorer(std::unique_ptr<detector::DeviceModel> model, std::string device, bool has_score)
      : model_(std::move(model)), device_(std::move(device)), has_score_(has_score) {}

  Verdict update(const Reading& reading) override {
    const detector::Score score =
        model_->update({.device = device_, .event_time = reading.time, .value = reading.value});
    Verdict verdict;
    // The first reading's predictionNext is 0 by contract, and no forecast.
    if (score.model_age > 2) verdict.prediction = score.prediction;
    verdict.low = score.expected_low;
    verdict.high = score.expected_high;
    if (has_score_) {
      verdict.score = score.score.value_or(0);
    } else if (score.status != base::ScoreStatus::kWarming) {
      verdict.score = score.anomaly.value_or(0);
    }
    return verdict;
  }

 private:
  std::unique_ptr<detector::DeviceModel> model_;
  std::string device_;
  bool has_score_;
};

class DetectorContender final : public Contender {
 public:
  DetectorContender(std::string name, std::shared_ptr<const detector::Detector> detector,
                    Preset preset)
      : name_(std::move(name)), detector_(std::move(detector)), preset_(preset) {}

  const std::string& name() const override { return name_; }
  double threshold() const override { return alarm_threshold(preset_); }
  std::unique_ptr<SeriesScorer> start(std::string_view device) const override {
    return std::make_unique<DetectorScorer>(detector_->create_model(device), std::string(device),
                                            has_score(preset_));
  }

 private:
  std::string name_;
  std::shared_ptr<const detector::Detector> detector_;
  Preset preset_;
};

}  // namespace

bool has_score(Preset preset) {
  return preset != Preset::kSeed && preset != Preset::kNupic && preset != Preset::kLastValue;
}

double alarm_threshold(Preset preset) {
  return has_score(preset) ? kScoreThreshold : kRawThreshold;
}

base::Result<std::unique_ptr<Contender>> make_detector(std::string name,
                                                       const detector::DetectorConfig& config) {
  CORTADO_ASSIGN(auto detector, detector::Detector::create(config));
  return std::unique_ptr<Contender>(
      std::make_unique<DetectorContender>(std::move(name), std::move(detector), config.preset));
}

}  // namespace cortado::evaluate
