// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "multiscale_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "blob_envelope.h"

namespace cortado::detector {
namespace {

constexpr double kFurthestValue = 1e150;  // whose square is a number
constexpr double kSure = 2;               // cuts that a fault's evidence has at least

void tell(StageProbe* probe, Stage stage) {
  if (probe != nullptr) probe->finished(stage);
}

}  // namespace

MultiscaleModel::MultiscaleModel(std::shared_ptr<const MultiscaleSettings> settings,
                                 std::string_view device)

    : settings_(std::move(settings)),
      pipeline_(settings_->config.advanced, static_cast<std::uint64_t>(settings_->config.seed)),
      rareness_(settings_->config.advanced),
      next_(settings_->config.advanced),
      incidents_(settings_->config.advanced.refractory),
      alerts_(rules_of(settings_->config.alerts, device), settings_->config.advanced.cut,
              settings_->config.advanced.least_cut),
      faults_(settings_->config.faults, device) {}

bool MultiscaleModel::usable(const Observation& observation) const {
  return observation.value.has_value() && std::isfinite(*observation.value) &&
         !(settings_->config.reject_negative && *observation.value < 0);
}

/// The forecast that was made for this value, and the one for the next.
void MultiscaleModel::predict(double value, Score& score) {
  const bool first = model_age_ == 1;
  // What the first record reports as predictionNext is 0 by contract, whatever is known already.
  score.prediction = model_age_ <= 2 ? 0.0 : next_.forecast().value_or(0);
  const double error = std::abs(*score.prediction - value);
  score.error = first ? 0.0 : error;
  if (model_age_ > std::max<std::int64_t>(settings_->warm_up, 2)) {
    score.expected_low = *score.prediction - next_.band().below();
    score.expected_high = *score.prediction + next_.band().above();
  }
  const double forecast = next_.add(value, pipeline_.network());
  score.prediction_next = first ? 0.0 : forecast;
}

/// The channels' evidence, without those that are switched off.
Evidence MultiscaleModel::weigh(double value) {
  Evidence evidence = pipeline_.add(value);
  if (!settings_->config.faults.out_of_range) evidence.range = 0;
  if (!settings_->config.faults.level_shift) evidence.level = 0;
  return evidence;
}

/// Evidence to score: S / (S + cut). What belongs to an alarm before, or is not worth one, keeps
/// half of it; a fault is sure.
void MultiscaleModel::judge(const Evidence& evidence, std::string_view fault,
                            const Observation& observation, Score& score) {
  const MultiscaleConfig& config = settings_->config.advanced;
  score.anomaly = model_age_ == 1 ? 0.0 : evidence.anomaly;
  if (model_age_ <= settings_->warm_up) return alerts_.add(false, observation.event_time);
  const Combined combined = combine(rareness_.add(claims_of(evidence, config), model_age_));
  const double cut = alerts_.cut();
  const double total = fault.empty() ? combined.total : std::max(combined.total, kSure * cut);
  const bool worthwhile = alerts_.worthwhile(*observation.value, *score.prediction);
  const bool alarm = incidents_.add(total >= cut && worthwhile, !fault.empty());
  const double share = total / (total + cut);
  score.score = share >= 0.5 && !alarm ? share / 2 : share;
  score.status = alarm ? base::ScoreStatus::kAlarm : base::ScoreStatus::kOk;
  if (alarm) score.reason = fault.empty() ? combined.reason : fault;
  alerts_.add(alarm, observation.event_time);
}

Score MultiscaleModel::step(const Observation& observation, StageProbe* probe) {
  Score score;
  score.sequence = ++sequence_;
  score.model_age = model_age_;
  if (!usable(observation)) {
    score.status = base::ScoreStatus::kInvalid;
    return score;
  }
  newest_.note(observation.event_time);
  const double value = std::clamp(*observation.value, -kFurthestValue, kFurthestValue);
  score.model_age = ++model_age_;
  const std::string_view fault = faults_.add(value, observation.event_time);
  const Evidence evidence = weigh(value);
  tell(probe, Stage::kMemory);
  predict(value, score);
  tell(probe, Stage::kClassifier);
  judge(evidence, fault, observation, score);
  return score;
}

void MultiscaleModel::save(std::string& out) const {
  const std::size_t start = begin_blob(settings_->model_hash, out);
  base::ByteWriter writer(out);
  writer.i64(sequence_);
  writer.i64(model_age_);
  newest_.save(writer);
  incidents_.save(writer);
  alerts_.save(writer);
  faults_.save(writer);
  pipeline_.save(writer);
  rareness_.save(writer);
  next_.save(writer);
  end_blob(start, out);
}

bool MultiscaleModel::load_body(base::ByteReader& in) {
  sequence_ = in.i64();
  model_age_ = in.i64();
  return newest_.load(in) && model_age_ >= 0 && sequence_ >= model_age_ &&
         (model_age_ > 0 || !newest_.get()) && incidents_.load(in) && alerts_.load(in) &&
         faults_.load(in) && pipeline_.load(in) && rareness_.load(in) &&
         next_.load(in, pipeline_.network());
}

base::Result<std::unique_ptr<DeviceModel>> MultiscaleModel::load(
    std::shared_ptr<const MultiscaleSettings> settings, std::string_view device,
    std::string_view blob) {
  CORTADO_ASSIGN(const auto body, open_blob(blob, settings->model_hash));
  base::ByteReader in(body);
  auto model = std::make_unique<MultiscaleModel>(std::move(settings), device);
  if (!model->load_body(in)) return corrupt_blob("impossible state");
  if (!in.finished()) return corrupt_blob("bytes are left over");
  return std::unique_ptr<DeviceModel>(std::move(model));
}

ModelCost MultiscaleModel::cost() const {
  ModelCost cost;
  cost.memory_bytes = pipeline_.network_bytes();
  cost.classifier_bytes = next_.bytes();
  cost.model_bytes = sizeof(*this) + pipeline_.channel_bytes() + rareness_.bytes();
  cost.segments = pipeline_.segments();
  cost.synapses = cost.segments * htm::kSegmentSynapses;
  return cost;
}

}  // namespace cortado::detector
