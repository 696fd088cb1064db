// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_model.h"

#include <cmath>

#include "cortado/base/crc32c.h"

namespace cortado::detector {
namespace {

constexpr std::string_view kMagic = "CTDB";
constexpr std::uint16_t kFormatVersion = 0;
constexpr std::size_t kChecksumBytes = 4;
constexpr double kAlarmAnomaly = 0.7;  // the original's threshold on the raw score

base::Error corrupt(const std::string& text) {
  return base::Error(base::ErrorCode::kCorrupt, "device blob: " + text);
}

base::Error unsupported(const std::string& text) {
  return base::Error(base::ErrorCode::kUnsupported, "device blob: " + text);
}

/// Check magic, format version and checksum; return the bytes before the checksum.
base::Result<std::string_view> open_envelope(std::string_view blob) {
  if (blob.size() < kMagic.size() + 2 + kChecksumBytes || !blob.starts_with(kMagic)) {
    return corrupt("not a device blob");
  }
  base::ByteReader head(blob.substr(kMagic.size()));
  const std::uint16_t version = head.u16();
  if (version != kFormatVersion) {
    return unsupported("format version " + std::to_string(version) + ", this build reads " +
                       std::to_string(kFormatVersion));
  }
  const std::string_view content = blob.substr(0, blob.size() - kChecksumBytes);
  base::ByteReader tail(blob.substr(content.size()));
  if (tail.u32() != base::crc32c(content)) return corrupt("wrong checksum");
  return content;
}

}  // namespace

bool NetworkDeviceModel::usable(const Observation& observation) const {
  if (!observation.value.has_value() || !std::isfinite(*observation.value)) return false;
  if (settings_->reject_negative && *observation.value < 0) return false;
  return observation.event_time.has_value() || !settings_->network->uses_time();
}

Score NetworkDeviceModel::update(const Observation& observation) {
  Score score;
  score.sequence = ++sequence_;
  score.model_age = model_age_;
  if (!usable(observation)) {
    score.status = base::ScoreStatus::kInvalid;
    return score;
  }
  const double value = *observation.value;
  const NetworkOutput output = network_.compute(observation.event_time.value_or(0), value);
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
  std::string blob;
  base::ByteWriter writer(blob);
  writer.raw(kMagic);
  writer.u16(kFormatVersion);
  writer.u16(kAlgorithmVersion);
  writer.u64(settings_->model_hash);
  writer.i64(sequence_);
  writer.i64(model_age_);
  writer.f64(prediction_next_);
  network_.save(writer);
  writer.u32(base::crc32c(blob));
  out += blob;
}

base::Result<std::unique_ptr<DeviceModel>> NetworkDeviceModel::load(
    std::shared_ptr<const ModelSettings> settings, const htm::ScalarEncoder& encoder,
    std::string_view blob) {
  CORTADO_ASSIGN(const auto content, open_envelope(blob));
  base::ByteReader in(content.substr(kMagic.size() + 2));
  const std::uint16_t algorithm = in.u16();
  if (algorithm != kAlgorithmVersion) {
    return unsupported("algorithm version " + std::to_string(algorithm) + ", this build has " +
                       std::to_string(kAlgorithmVersion));
  }
  if (in.u64() != settings->model_hash) {
    return unsupported("made by another detector configuration; use that one, or begin anew");
  }
  const std::int64_t sequence = in.i64();
  const std::int64_t model_age = in.i64();
  const double prediction_next = in.f64();
  if (!in.ok() || model_age < 0 || sequence < model_age || !std::isfinite(prediction_next)) {
    return corrupt("impossible statistics");
  }
  CORTADO_ASSIGN(auto network, Network::restore(settings->network, encoder, in));
  if (!in.finished()) return corrupt("bytes are left over");
  auto model = std::make_unique<NetworkDeviceModel>(std::move(settings), std::move(network));
  model->sequence_ = sequence;
  model->model_age_ = model_age;
  model->prediction_next_ = prediction_next;
  return std::unique_ptr<DeviceModel>(std::move(model));
}

}  // namespace cortado::detector
