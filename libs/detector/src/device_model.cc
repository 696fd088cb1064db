// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_model.h"

#include <cmath>

#include "blob_envelope.h"

namespace cortado::detector {
namespace {

constexpr double kAlarmAnomaly = 0.7;  // the original's threshold on the raw score

}  // namespace

bool NetworkDeviceModel::usable(const Observation& observation) const {
  if (!observation.value.has_value() || !std::isfinite(*observation.value)) return false;
  if (settings_->reject_negative && *observation.value < 0) return false;
  return observation.event_time.has_value() || !settings_->network->uses_time();
}

Score NetworkDeviceModel::step(const Observation& observation, StageProbe* probe) {
  Score score;
  score.sequence = ++sequence_;
  score.model_age = model_age_;
  if (!usable(observation)) {
    score.status = base::ScoreStatus::kInvalid;
    return score;
  }
  newest_.note(observation.event_time);
  const double value = *observation.value;
  const NetworkOutput output = network_.compute(observation.event_time.value_or(0), value, probe);
  const bool first = model_age_ == 0;
  score.model_age = ++model_age_;
  score.clipped = output.clipped;
  score.prediction = prediction_next_;
  const double error = std::abs(prediction_next_ - value);
  if (std::isfinite(error)) score.error = first ? 0.0 : error;
  score.anomaly = first ? 0.0 : output.anomaly;
  prediction_next_ = first ? 0.0 : output.prediction_next;
  score.prediction_next = prediction_next_;
  if (model_age_ > settings_->warm_up) {
    score.status =
        *score.anomaly >= kAlarmAnomaly ? base::ScoreStatus::kAlarm : base::ScoreStatus::kOk;
  }
  return score;
}

void NetworkDeviceModel::save(std::string& out) const {
  const std::size_t start = begin_blob(settings_->model_hash, out);
  base::ByteWriter writer(out);
  writer.i64(sequence_);
  writer.i64(model_age_);
  writer.f64(prediction_next_);
  newest_.save(writer);
  network_.save(writer);
  end_blob(start, out);
}

ModelCost NetworkDeviceModel::cost() const {
  ModelCost cost = network_.cost();
  cost.model_bytes = sizeof(*this);
  return cost;
}

base::Result<std::unique_ptr<DeviceModel>> NetworkDeviceModel::load(
    std::shared_ptr<const ModelSettings> settings, const ValueEncoder& encoder,
    std::string_view blob) {
  CORTADO_ASSIGN(const auto body, open_blob(blob, settings->model_hash));
  base::ByteReader in(body);
  const std::int64_t sequence = in.i64();
  const std::int64_t model_age = in.i64();
  const double prediction_next = in.f64();
  NewestTime newest;
  const bool newest_ok = newest.load(in) && (model_age > 0 || !newest.get());
  if (!newest_ok || model_age < 0 || sequence < model_age || !std::isfinite(prediction_next)) {
    return corrupt_blob("impossible statistics");
  }
  CORTADO_ASSIGN(auto network, Network::restore(settings->network, encoder, in));
  if (!in.finished()) return corrupt_blob("bytes are left over");
  auto model = std::make_unique<NetworkDeviceModel>(std::move(settings), std::move(network));
  model->sequence_ = sequence;
  model->model_age_ = model_age;
  model->prediction_next_ = prediction_next;
  model->newest_ = newest;
  return std::unique_ptr<DeviceModel>(std::move(model));
}

}  // namespace cortado::detector
