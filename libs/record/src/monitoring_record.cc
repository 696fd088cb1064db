// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/monitoring_record.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "cortado/base/calendar.h"
#include "number.h"

namespace cortado::record {
namespace {

constexpr std::array<std::string_view, 4> kStatusNames = {"warming", "ok", "alarm", "invalid"};
constexpr std::array<Field, 5> kKeyFields = {Field::kStateCode, Field::kCountyCode, Field::kSiteNum,
                                             Field::kParameterCode, Field::kPoc};

void add_member(std::string_view name, std::string_view value, std::string& members) {
  if (!members.empty()) members += ',';
  members += '"';
  members += name;
  members += "\":";
  members += value;
}

}  // namespace

std::string_view to_string(base::ScoreStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<base::ScoreStatus> status_of(std::string_view name) {
  const auto found = std::find(kStatusNames.begin(), kStatusNames.end(), name);
  if (found == kStatusNames.end()) return std::nullopt;
  return static_cast<base::ScoreStatus>(found - kStatusNames.begin());
}

void clear(Enrichment& enrichment) {
  enrichment.device.clear();
  enrichment.sequence = 0;
  enrichment.score.reset();
  enrichment.status = base::ScoreStatus::kWarming;
  enrichment.reason.clear();
  enrichment.expected_low.reset();
  enrichment.expected_high.reset();
  enrichment.model_age = 0;
  enrichment.model_hash.clear();
  enrichment.schema_version = 1;
}

void MonitoringRecord::swap(MonitoringRecord& other) noexcept {
  std::swap(scores, other.scores);
  std::swap(buffer_, other.buffer_);
  std::swap(used_, other.used_);
  std::swap(written_, other.written_);
  std::swap(spans_, other.spans_);
  std::swap(extra_, other.extra_);
  std::swap(original_, other.original_);
  std::swap(enrichment_, other.enrichment_);
  std::swap(enriched_, other.enriched_);
}

void MonitoringRecord::grow(std::size_t size) {
  if (buffer_.size() < size + kPadding) buffer_.resize(size + kPadding);
}

void MonitoringRecord::set_text(Field field, std::string_view text) {
  const std::less<const char*> before;
  const bool aliased =
      !before(text.data(), buffer_.data()) && before(text.data(), buffer_.data() + buffer_.size());
  if (aliased) {
    const std::string copy(text);
    return set_text(field, copy);
  }
  written_ = 0;
  Span& span = spans_[index_of(field)];
  if (text.size() > span.size) {
    if (used_ + text.size() + kPadding > buffer_.size()) compact();
    grow(used_ + text.size());
    span.offset = static_cast<std::uint32_t>(used_);
    used_ += text.size();
  }
  span.size = static_cast<std::uint32_t>(text.size());
  std::copy(text.begin(), text.end(), buffer_.begin() + span.offset);
}

/// Drop the bytes that no text uses any more, so that texts set again and again do not pile up.
void MonitoringRecord::compact() {
  std::size_t live = 0;
  for (const Span& span : spans_) live += span.size;
  if (used_ < 2 * live + 256) return;
  const std::string old = buffer_;
  used_ = 0;
  for (Span& span : spans_) {
    std::copy_n(old.begin() + span.offset, span.size,
                buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
    span.offset = static_cast<std::uint32_t>(used_);
    used_ += span.size;
  }
}

Enrichment& MonitoringRecord::add_enrichment() {
  enriched_ = true;
  record::clear(enrichment_);
  return enrichment_;
}

void MonitoringRecord::add_extra(std::string_view name, std::string_view value) {
  add_member(name, value, extra_);
}

void MonitoringRecord::add_original(std::string_view name, std::string_view value) {
  add_member(name, value, original_);
}

void MonitoringRecord::clear() {
  scores = {};
  used_ = 0;
  written_ = 0;
  spans_ = {};
  extra_.clear();
  original_.clear();
  enriched_ = false;
}

char* MonitoringRecord::start(std::size_t size) {
  clear();
  grow(size);
  used_ = size;
  return buffer_.data();
}

bool MonitoringRecord::operator==(const MonitoringRecord& other) const {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (text(static_cast<Field>(i)) != other.text(static_cast<Field>(i))) return false;
  }
  return scores == other.scores && extra_ == other.extra_ && original_ == other.original_ &&
         enriched_ == other.enriched_ && (!enriched_ || enrichment_ == other.enrichment_);
}

bool make_device_key(const MonitoringRecord& record, std::string& out) {
  out.clear();
  bool whole = true;
  for (const Field field : kKeyFields) {
    if (field != Field::kStateCode) out += '-';
    const std::string_view part = record.text(field);
    whole = whole && !part.empty();
    out += part;
  }
  return whole;
}

DeviceKey device_key(const MonitoringRecord& record) {
  std::string key;
  make_device_key(record, key);
  return DeviceKey(std::move(key));
}

std::optional<base::EpochMillis> event_time(const MonitoringRecord& record) {
  return base::parse_date_time(record.text(Field::kDateGmt), record.text(Field::kTimeGmt));
}

std::optional<double> measurement(const MonitoringRecord& record) {
  return number_of(record.text(Field::kSampleMeasurement));
}

}  // namespace cortado::record
