// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "last_value.h"

#include <cmath>

#include "blob_envelope.h"
#include "cortado/base/bytes.h"
#include "cortado/base/hash.h"
#include "newest_time.h"

namespace cortado::detector {
namespace {

/// The state is three numbers and a time; they stand in the blob as in any other model's.
class LastValueModel final : public DeviceModel {
 public:
  LastValueModel(const DetectorConfig& config, std::uint64_t model_hash)
      : warm_up_(warm_up_of(config)),
        reject_negative_(config.reject_negative),
        model_hash_(model_hash) {}

  Score update(const Observation& observation) override {
    Score score;
    score.sequence = ++sequence_;
    score.model_age = model_age_;
    if (!usable(observation)) {
      score.status = base::ScoreStatus::kInvalid;
      return score;
    }
    newest_.note(observation.event_time);
    const bool first = model_age_ == 0;
    score.model_age = ++model_age_;
    score.prediction = last_;
    const double error = std::abs(last_ - *observation.value);
    if (std::isfinite(error)) score.error = first ? 0.0 : error;
    score.anomaly = 0.0;
    last_ = first ? 0.0 : *observation.value;
    score.prediction_next = last_;
    if (model_age_ > warm_up_) score.status = base::ScoreStatus::kOk;
    return score;
  }

  Score update(const Observation& observation, StageProbe&) override { return update(observation); }

  std::optional<base::EpochMillis> newest_event_time() const override { return newest_.get(); }

  ModelCost cost() const override { return {.model_bytes = sizeof(*this)}; }

  void save(std::string& out) const override {
    const std::size_t start = begin_blob(model_hash_, out);
    base::ByteWriter writer(out);
    writer.i64(sequence_);
    writer.i64(model_age_);
    writer.f64(last_);
    newest_.save(writer);
    end_blob(start, out);
  }

  base::Status load(std::string_view blob) {
    CORTADO_ASSIGN(const auto body, open_blob(blob, model_hash_));
    base::ByteReader in(body);
    sequence_ = in.i64();
    model_age_ = in.i64();
    last_ = in.f64();
    const bool newest_ok = newest_.load(in) && (model_age_ > 0 || !newest_.get());
    if (!newest_ok || !in.finished() || model_age_ < 0 || sequence_ < model_age_ ||
        !std::isfinite(last_)) {
      return corrupt_blob("impossible statistics");
    }
    return {};
  }

 private:
  bool usable(const Observation& observation) const {
    return observation.value.has_value() && std::isfinite(*observation.value) &&
           !(reject_negative_ && *observation.value < 0);
  }

  std::int64_t warm_up_;
  bool reject_negative_;
  std::uint64_t model_hash_;
  std::int64_t sequence_ = 0;
  std::int64_t model_age_ = 0;
  double last_ = 0;
  NewestTime newest_;
};

class LastValueDetector final : public Detector {
 public:
  explicit LastValueDetector(const DetectorConfig& config)
      : config_(config),
        hash_(base::hash64(config.reject_negative ? "last_value reject_negative" : "last_value")),
        model_hash_(base::to_hex(hash_)) {}

  std::unique_ptr<DeviceModel> create_model(std::string_view) const override {
    return std::make_unique<LastValueModel>(config_, hash_);
  }
  base::Result<std::unique_ptr<DeviceModel>> load_model(std::string_view,
                                                        std::string_view blob) const override {
    auto model = std::make_unique<LastValueModel>(config_, hash_);
    CORTADO_TRY(model->load(blob));
    return std::unique_ptr<DeviceModel>(std::move(model));
  }
  const std::string& model_hash() const override { return model_hash_; }
  bool uses_time() const override { return false; }
  std::int64_t warm_up() const override { return warm_up_of(config_); }

 private:
  DetectorConfig config_;
  std::uint64_t hash_;
  std::string model_hash_;
};

}  // namespace

std::shared_ptr<const Detector> make_last_value_detector(const DetectorConfig& config) {
  return std::make_shared<LastValueDetector>(config);
}

}  // namespace cortado::detector
