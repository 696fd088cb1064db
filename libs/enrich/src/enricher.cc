// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/enrich/enricher.h"

#include "cortado/enrich/enrich_config.h"
#include "decoder.h"

namespace cortado::enrich {
namespace {

using base::OutcomeKind;

void refuse(OutcomeKind kind, std::string_view stage, std::string_view reason,
            base::Outcome& outcome) {
  outcome.kind = kind;
  if (kind == OutcomeKind::kDeadLetter) outcome.stage = stage;
  outcome.reason = reason;
}

class Device : public DeviceEnricher {
 public:
  Device(std::string_view device, std::shared_ptr<const Settings> settings,
         std::unique_ptr<detector::DeviceModel> model)
      : device_(device), settings_(std::move(settings)), model_(std::move(model)) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes) override {
    for (std::size_t i = 0; i < records.size(); ++i) run_one(*records[i], *outcomes[i]);
  }

  void save(std::string& out) const override { model_->save(out); }

 private:
  void run_one(const base::RawRecord& raw, base::Outcome& outcome) {
    outcome.device = device_;
    if (!raw.value)
      return refuse(OutcomeKind::kIgnored, "", "the record has no value (a tombstone)", outcome);
    if (const auto status = decoder_.decode(*settings_, raw); !status.ok())
      return refuse(OutcomeKind::kDeadLetter, "decode", status.error().message(), outcome);
    if (!may_process(raw, outcome)) return;
    const detector::Score score = model_->update(observation());
    decoder_.encode(*settings_, device_, score, outcome.value);
    outcome.kind = OutcomeKind::kEnriched;
    outcome.status = score.status;
    outcome.clipped = score.clipped;
  }

  /// Apply the policy for readings from the future; pure, so that a repeat decides the same.
  bool may_process(const base::RawRecord& raw, base::Outcome& outcome) const {
    const auto time = decoder_.event_time();
    const bool future = time && raw.timestamp_ms && *time > *raw.timestamp_ms;
    if (!future || settings_->future == Policy::kProcess) return true;
    const bool ignore = settings_->future == Policy::kIgnore;
    refuse(ignore ? OutcomeKind::kIgnored : OutcomeKind::kDeadLetter, "policy",
           "the reading's time is beyond its record's timestamp", outcome);
    return false;
  }

  detector::Observation observation() const {
    const auto time = decoder_.event_time();
    const bool timeless = settings_->needs_time && !time;
    return {device_, time, timeless ? std::nullopt : decoder_.value()};
  }

  std::string device_;
  std::shared_ptr<const Settings> settings_;
  Decoder decoder_;
  std::unique_ptr<detector::DeviceModel> model_;
};

class MappedEnricher : public Enricher {
 public:
  MappedEnricher(std::shared_ptr<const Settings> settings,
                 std::shared_ptr<const detector::Detector> detector)
      : settings_(std::move(settings)), detector_(std::move(detector)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    if (!record.value) {
      const bool ignore = settings_->tombstone == TombstonePolicy::kIgnore;
      refuse(ignore ? OutcomeKind::kIgnored : OutcomeKind::kDeadLetter, "policy",
             "the record has no value (a tombstone)", immediate);
      return false;
    }
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
    return std::make_unique<Device>(device, settings_, detector_->create_model(device));
  }

  base::Result<std::unique_ptr<DeviceEnricher>> load_device(std::string_view device,
                                                            std::string_view blob) const override {
    CORTADO_ASSIGN(auto model, detector_->load_model(device, blob));
    return std::unique_ptr<DeviceEnricher>(
        std::make_unique<Device>(device, settings_, std::move(model)));
  }

 private:
  std::shared_ptr<const Settings> settings_;
  std::shared_ptr<const detector::Detector> detector_;
};

}  // namespace

base::Result<std::unique_ptr<Enricher>> Enricher::create(
    const EnrichConfig& config, std::shared_ptr<const detector::Detector> detector) {
  CORTADO_ASSIGN(auto mapping, make_mapping(config));
  auto settings = std::make_shared<const Settings>(Settings{.mapping = std::move(mapping),
                                                            .input_format = config.input_format,
                                                            .output_format = config.output_format,
                                                            .tombstone = config.tombstone,
                                                            .future = config.future,
                                                            .model_hash = detector->model_hash(),
                                                            .needs_time = detector->uses_time()});
  return std::unique_ptr<Enricher>(
      std::make_unique<MappedEnricher>(std::move(settings), std::move(detector)));
}

}  // namespace cortado::enrich
