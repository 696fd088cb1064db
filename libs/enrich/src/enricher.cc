// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/enrich/enricher.h"

#include "cortado/base/calendar.h"
#include "cortado/enrich/enrich_config.h"
#include "decoder.h"

namespace cortado::enrich {
namespace {

using base::OutcomeKind;

/// So many records of a run are explained, the last ones: all of them as long as they come as they
/// are measured, and few while a backlog is worked off.
constexpr std::size_t kExplained = 8;

constexpr std::string_view kNoValue = "the record has no value (a tombstone)";

void refuse(OutcomeKind kind, std::string_view stage, std::string_view reason,
            base::Outcome& outcome) {
  outcome.kind = kind;
  if (kind == OutcomeKind::kDeadLetter) outcome.stage = stage;
  outcome.reason = reason;
}

/// True if the policy is to process; else the outcome is set. Only a dead letter names the times:
/// what is ignored is counted by its reason.
bool allows(Policy policy, std::string_view reason, base::EpochMillis time, base::EpochMillis other,
            base::Outcome& outcome) {
  if (policy == Policy::kProcess) return true;
  if (policy == Policy::kIgnore) {
    refuse(OutcomeKind::kIgnored, "", reason, outcome);
    return false;
  }
  const std::string named = std::string(reason) + ": " + base::format_iso_8601(time) + " against " +
                            base::format_iso_8601(other);
  refuse(OutcomeKind::kDeadLetter, "policy", named, outcome);
  return false;
}

class Device : public DeviceEnricher {
 public:
  /// A device without a model gets one with its first reading.
  Device(std::string_view device, std::shared_ptr<const Settings> settings,
         std::shared_ptr<const detector::Detector> detector,
         std::unique_ptr<detector::DeviceModel> model)
      : device_(device),
        settings_(std::move(settings)),
        detector_(std::move(detector)),
        model_(std::move(model)) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes, std::size_t following) override {
    const std::size_t all = records.size() + following;
    for (std::size_t i = 0; i < records.size(); ++i) {
      run_one(*records[i], *outcomes[i]);
      if (settings_->explains) explain(*outcomes[i], i + kExplained >= all);
    }
  }

  void save(std::string& out) const override {
    if (model_) model_->save(out);
  }

  bool has_model() const override { return model_ != nullptr; }

  std::size_t bytes() const override { return model_ ? model_->cost().total_bytes() : 0; }

 private:
  void run_one(const base::RawRecord& raw, base::Outcome& outcome) {
    outcome.device = device_;
    if (!raw.value) return take_tombstone(outcome);
    if (const auto status = decoder_.decode(*settings_, raw); !status.ok())
      return refuse(OutcomeKind::kDeadLetter, "decode", status.error().message(), outcome);
    decoder_.observe(*settings_, raw);
    if (!may_process(raw, outcome)) return;
    if (!model_) model_ = detector_->create_model(device_);
    const detector::Score score = model_->update(observation());
    decoder_.encode(*settings_, device_, score, outcome.value);
    decoder_.tell(*settings_, score, outcome.reading);
    outcome.kind = OutcomeKind::kEnriched;
    outcome.status = score.status;
    outcome.clipped = score.clipped;
    outcome.unmeasured = !decoder_.measured();
  }

  /// What the memories did is worth its bytes for an alarm and for the newest records.
  void explain(base::Outcome& outcome, bool newest) const {
    if (outcome.kind != OutcomeKind::kEnriched || outcome.status == base::ScoreStatus::kInvalid)
      return;
    if (newest || outcome.status == base::ScoreStatus::kAlarm) model_->activity(outcome.activity);
  }

  /// What comes after a forgotten device's tombstone meets a model that has seen nothing.
  void take_tombstone(base::Outcome& outcome) {
    if (settings_->tombstone != TombstonePolicy::kForget)
      return refuse(OutcomeKind::kIgnored, "", kNoValue, outcome);
    model_.reset();
    refuse(OutcomeKind::kIgnored, "", "the device is forgotten (a tombstone)", outcome);
  }

  /// Apply the policies on time, by the record and the device's state alone, so that a repeat
  /// decides the same.
  bool may_process(const base::RawRecord& raw, base::Outcome& outcome) const {
    const auto time = decoder_.event_time();
    if (!time) return true;
    if (raw.timestamp_ms && *time > *raw.timestamp_ms) {
      if (!allows(settings_->future, "the reading's time is beyond its record's timestamp", *time,
                  *raw.timestamp_ms, outcome))
        return false;
    }
    const auto newest = model_ ? model_->newest_event_time() : std::nullopt;
    if (!newest || *time > *newest) return true;
    if (*time < *newest)
      return allows(settings_->late, "the reading's time is before its device's newest", *time,
                    *newest, outcome);
    return allows(settings_->duplicate, "the reading's time equals its device's newest", *time,
                  *newest, outcome);
  }

  detector::Observation observation() const {
    const auto time = decoder_.event_time();
    const bool timeless = settings_->needs_time && !time;
    return {device_, time, timeless ? std::nullopt : decoder_.value()};
  }

  std::string device_;
  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<const detector::Detector> detector_;
  Decoder decoder_;
  std::unique_ptr<detector::DeviceModel> model_;  ///< none: never seen, or forgotten
};

class MappedEnricher : public Enricher {
 public:
  MappedEnricher(std::shared_ptr<const Settings> settings,
                 std::shared_ptr<const detector::Detector> detector)
      : settings_(std::move(settings)), detector_(std::move(detector)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    if (!record.value) return route_tombstone(record, device, immediate);
    thread_local Decoder decoder;
    if (const auto status = decoder.decode(*settings_, record); !status.ok()) {
      refuse(OutcomeKind::kDeadLetter, "decode", status.error().message(), immediate);
      return false;
    }
    std::string reason;
    if (decoder.device(*settings_, device, reason)) return true;
    refuse(OutcomeKind::kDeadLetter, "map", reason, immediate);
    return false;
  }

  std::unique_ptr<DeviceEnricher> create_device(std::string_view device) const override {
    return std::make_unique<Device>(device, settings_, detector_, nullptr);
  }

  base::Result<std::unique_ptr<DeviceEnricher>> load_device(std::string_view device,
                                                            std::string_view blob) const override {
    std::unique_ptr<detector::DeviceModel> model;
    if (!blob.empty()) {
      CORTADO_ASSIGN(model, detector_->load_model(device, blob));
    }
    return std::unique_ptr<DeviceEnricher>(
        std::make_unique<Device>(device, settings_, detector_, std::move(model)));
  }

 private:
  bool route_tombstone(const base::RawRecord& record, std::string& device,
                       base::Outcome& immediate) const {
    if (settings_->tombstone == TombstonePolicy::kIgnore) {
      refuse(OutcomeKind::kIgnored, "", kNoValue, immediate);
      return false;
    }
    if (settings_->tombstone == TombstonePolicy::kDeadLetter) {
      refuse(OutcomeKind::kDeadLetter, "policy", kNoValue, immediate);
      return false;
    }
    device = record.key.value_or("");
    if (!device.empty()) return true;
    refuse(OutcomeKind::kDeadLetter, "map",
           "the record has no value (a tombstone) and no key that names a device to forget",
           immediate);
    return false;
  }

  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<const detector::Detector> detector_;
};

}  // namespace

base::Result<std::unique_ptr<Enricher>> Enricher::create(
    const EnrichConfig& config, std::shared_ptr<const detector::Detector> detector, bool explains) {
  CORTADO_ASSIGN(auto mapping, make_mapping(config));
  auto settings = std::make_shared<const Settings>(Settings{.mapping = std::move(mapping),
                                                            .input_format = config.input_format,
                                                            .output_format = config.output_format,
                                                            .tombstone = config.tombstone,
                                                            .late = config.late,
                                                            .duplicate = config.duplicate,
                                                            .future = config.future,
                                                            .model_hash = detector->model_hash(),
                                                            .needs_time = detector->uses_time(),
                                                            .explains = explains});
  return std::unique_ptr<Enricher>(
      std::make_unique<MappedEnricher>(std::move(settings), std::move(detector)));
}

}  // namespace cortado::enrich
