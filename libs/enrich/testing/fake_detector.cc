// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "fake_detector.h"

#include <algorithm>
#include <cmath>

#include "cortado/base/bytes.h"

namespace cortado::enrich::testing {
namespace {

class FakeModel : public detector::DeviceModel {
 public:
  detector::Score update(const detector::Observation& observation) override {
    detector::Score score;
    score.sequence = ++sequence_;
    score.model_age = age_;
    score.status = base::ScoreStatus::kInvalid;
    if (!observation.value) return score;
    if (observation.event_time) {
      newest_ = std::max(newest_.value_or(*observation.event_time), *observation.event_time);
    }
    const double value = *observation.value;
    const double before = age_ == 0 ? 0.0 : last_;
    const bool moved = age_ > 0 && std::fabs(value - before) > 1.0;
    score.prediction = before;
    score.error = age_ == 0 ? 0.0 : std::fabs(value - before);
    score.anomaly = moved ? 1.0 : 0.0;
    score.prediction_next = age_ == 0 ? 0.0 : value;
    score.score = moved ? 0.9 : 0.1;
    score.status = moved ? base::ScoreStatus::kAlarm : base::ScoreStatus::kOk;
    score.reason = moved ? "pattern" : "";
    score.clipped = value > 100.0;
    score.model_age = ++age_;
    last_ = value;
    return score;
  }

  detector::Score update(const detector::Observation& observation, detector::StageProbe&) override {
    return update(observation);
  }
  detector::ModelCost cost() const override { return {.model_bytes = sizeof(*this)}; }
  void activity(base::ColumnActivity& out) const override {
    out.begin("columns", 4096);
    out.add(static_cast<std::uint32_t>(sequence_), true);
  }

  std::optional<base::EpochMillis> newest_event_time() const override { return newest_; }

  void save(std::string& out) const override {
    base::ByteWriter writer(out);
    writer.i64(sequence_);
    writer.i64(age_);
    writer.f64(last_);
    writer.u8(newest_ ? 1 : 0);
    writer.i64(newest_.value_or(0));
  }

  bool load(std::string_view blob) {
    base::ByteReader reader(blob);
    sequence_ = reader.i64();
    age_ = reader.i64();
    last_ = reader.f64();
    const bool timed = reader.u8() == 1;
    const base::EpochMillis newest = reader.i64();
    if (timed) newest_ = newest;
    return reader.finished();
  }

 private:
  std::int64_t sequence_ = 0;
  std::int64_t age_ = 0;
  double last_ = 0;
  std::optional<base::EpochMillis> newest_;
};

}  // namespace

std::unique_ptr<detector::DeviceModel> FakeDetector::create_model(std::string_view) const {
  return std::make_unique<FakeModel>();
}

base::Result<std::unique_ptr<detector::DeviceModel>> FakeDetector::load_model(
    std::string_view, std::string_view blob) const {
  auto model = std::make_unique<FakeModel>();
  if (!model->load(blob))
    return base::Error(base::ErrorCode::kCorrupt, "the blob is no fake detector's");
  return std::unique_ptr<detector::DeviceModel>(std::move(model));
}

}  // namespace cortado::enrich::testing
