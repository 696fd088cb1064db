// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "decoder.h"

#include <cmath>

#include "cortado/record/binary_serde.h"
#include "cortado/record/serde.h"

namespace cortado::enrich {
namespace {

record::Scores scores_of(const detector::Score& score) {
  return {score.prediction, score.error, score.anomaly, score.prediction_next};
}

void fill(std::string_view device, std::string_view model_hash, const detector::Score& score,
          record::Enrichment& enrichment) {
  enrichment.device = device;
  enrichment.sequence = score.sequence;
  enrichment.score = score.score;
  enrichment.status = score.status;
  enrichment.reason = score.reason;
  enrichment.expected_low = score.expected_low;
  enrichment.expected_high = score.expected_high;
  enrichment.model_age = score.model_age;
  enrichment.model_hash = model_hash;
}

/// As JSON can carry it.
std::optional<double> finite(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace

base::Status Decoder::decode(const Settings& settings, const base::RawRecord& raw) {
  const std::string_view bytes = *raw.value;
  if (settings.mapping.aqs) {
    if (settings.input_format == record::RecordFormat::kBinary) {
      return record::decode_binary(bytes, aqs_);
    }
    return record::decode(bytes, aqs_);
  }
  return record::decode_generic(bytes, settings.mapping, generic_);
}

void Decoder::observe(const Settings& settings, const base::RawRecord& raw) {
  if (settings.mapping.aqs) {
    event_time_ = record::event_time(aqs_);
    value_ = record::measurement(aqs_);
    measured_ = aqs_.has(record::Field::kSampleMeasurement);
    return;
  }
  event_time_ = settings.mapping.time.empty() ? raw.timestamp_ms : generic_.event_time;
  value_ = generic_.value;
  measured_ = generic_.measured;
}

bool Decoder::device(const Settings& settings, std::string& device, std::string& reason) {
  if (settings.mapping.aqs) {
    if (record::make_device_key(aqs_, device)) return true;
    reason =
        "the device cannot be told: stateCode, countyCode, siteNum, parameterCode or poc is "
        "empty or missing";
    return false;
  }
  device = generic_.device;
  if (!device.empty()) return true;
  reason = "the device cannot be told: no text or number stands at " + settings.mapping.device;
  return false;
}

void Decoder::tell(const Settings& settings, const detector::Score& score,
                   base::ScoredReading& reading) const {
  const bool timed = settings.mapping.aqs || !settings.mapping.time.empty();
  reading = {.event_time = timed ? event_time_ : std::nullopt,
             .value = value_,
             .prediction = finite(score.prediction),
             .error = finite(score.error),
             .anomaly = finite(score.anomaly),
             .prediction_next = finite(score.prediction_next),
             .score = finite(score.score),
             .expected_low = finite(score.expected_low),
             .expected_high = finite(score.expected_high),
             .reason = score.reason,
             .sequence = score.sequence,
             .model_age = score.model_age};
}

void Decoder::encode(const Settings& settings, std::string_view device,
                     const detector::Score& score, std::string& out) {
  if (settings.mapping.aqs) {
    aqs_.scores = scores_of(score);
    fill(device, settings.model_hash, score, aqs_.add_enrichment());
    record::encode(settings.output_format, aqs_, out);
  } else {
    fill(device, settings.model_hash, score, enrichment_);
    record::encode_generic(generic_, scores_of(score), enrichment_, out);
  }
}

}  // namespace cortado::enrich
