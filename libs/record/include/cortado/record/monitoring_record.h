// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/named_type.h"
#include "cortado/base/outcome.h"
#include "cortado/record/field.h"

namespace cortado::record {

/// The original's four numbers; absent ones are null in JSON.
struct Scores {
  std::optional<double> prediction;
  std::optional<double> error;
  std::optional<double> anomaly;
  std::optional<double> prediction_next;

  bool operator==(const Scores&) const = default;
};

/// What Cortado adds beside the four numbers; absent ones are left out.
struct Enrichment {
  std::string device;
  std::int64_t sequence = 0;
  std::optional<double> score;
  base::ScoreStatus status = base::ScoreStatus::kWarming;
  std::string reason;  ///< empty = none
  std::optional<double> expected_low;
  std::optional<double> expected_high;
  std::int64_t model_age = 0;
  std::string model_hash;
  std::int64_t schema_version = 1;

  bool operator==(const Enrichment&) const = default;
};

/// Become an empty enrichment; memory is kept.
void clear(Enrichment& enrichment);

/// Return "warming", "ok", "alarm" or "invalid".
std::string_view to_string(base::ScoreStatus status);
std::optional<base::ScoreStatus> status_of(std::string_view name);

/// The content of both topics: 24 texts in one buffer, the four numbers, and in the enriched topic
/// the enrichment. An object is meant to be reused: once grown it takes further records without an
/// allocation.
class MonitoringRecord {
 public:
  /// Bytes behind the content that readers may touch, as JSON parsers like to.
  static constexpr std::size_t kPadding = 64;

  MonitoringRecord() = default;
  MonitoringRecord(const MonitoringRecord&) = default;
  MonitoringRecord& operator=(const MonitoringRecord&) = default;
  /// A record moved from is valid: it holds what the other held before.
  MonitoringRecord(MonitoringRecord&& other) noexcept { swap(other); }
  MonitoringRecord& operator=(MonitoringRecord&& other) noexcept {
    swap(other);
    return *this;
  }
  ~MonitoringRecord() = default;
  void swap(MonitoringRecord& other) noexcept;

  /// View of a field's text; empty if never set; valid until the record changes.
  std::string_view text(Field field) const {
    const Span span = spans_[index_of(field)];
    return {buffer_.data() + span.offset, span.size};
  }
  void set_text(Field field, std::string_view text);
  /// False if the record was read from JSON without the field: it was neither set nor left empty.
  bool has(Field field) const {
    const Span span = spans_[index_of(field)];
    return span.offset > 0 || span.size > 0;
  }

  Scores scores;

  /// The enrichment, or nullptr where there is none.
  const Enrichment* enrichment() const { return enriched_ ? &enrichment_ : nullptr; }
  /// Return the enrichment, cleared, to fill.
  Enrichment& add_enrichment();

  /// Members of the JSON input that are not ours, as written and in their order: `"a":1,"b":"x"`.
  /// Every encoder writes them again.
  const std::string& extra_members() const { return extra_; }
  /// The same of members with one of our enrichment's names; encoded as the object "original".
  const std::string& original_members() const { return original_; }
  /// Append one member. Precondition: `name` is a JSON string without its quotes, `value` valid
  /// JSON.
  void add_extra(std::string_view name, std::string_view value);
  void add_original(std::string_view name, std::string_view value);
  /// Replace all of them. Precondition: a list of members as extra_members() gives it.
  void set_extra_members(std::string_view members) { extra_ = members; }
  void set_original_members(std::string_view members) { original_ = members; }

  /// Become an empty record; memory is kept.
  void clear();

  /// For readers of bytes: become an empty record whose buffer holds `size` bytes to fill, with
  /// kPadding behind. Valid until the record changes.
  char* start(std::size_t size);
  /// Let a field be `size` bytes of the buffer from `offset` on. Precondition: they lie inside.
  void set_span(Field field, std::size_t offset, std::size_t size) {
    spans_[index_of(field)] = {static_cast<std::uint32_t>(offset),
                               static_cast<std::uint32_t>(size)};
    written_ = 0;
  }

  /// The texts as encode_json() writes them, from its brace to the last closing quote, where a
  /// reader found them written so; empty if it did not, or once a text is set.
  std::string_view written_texts() const { return {buffer_.data(), written_}; }
  /// Let the buffer's first `size` bytes be that.
  void set_written_texts(std::size_t size) { written_ = size; }

  /// Equal in every text, number, extra member and enrichment.
  bool operator==(const MonitoringRecord& other) const;

 private:
  struct Span {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };

  void grow(std::size_t size);
  void compact();

  std::string buffer_;  // its size is what was ever needed, padding included; only grows
  std::size_t used_ = 0;
  std::size_t written_ = 0;  // of the buffer, the texts as JSON
  std::array<Span, kFieldCount> spans_{};
  std::string extra_;
  std::string original_;
  Enrichment enrichment_;
  bool enriched_ = false;
};

/// A device's name: `stateCode-countyCode-siteNum-parameterCode-poc`.
using DeviceKey = base::NamedType<std::string, struct DeviceKeyTag>;

/// Write the device's name to `out`; false if one of the five parts
/// is empty.
bool make_device_key(const MonitoringRecord& record, std::string& out);
/// The same as a value, whether parts are empty or not.
DeviceKey device_key(const MonitoringRecord& record);

/// dateGMT + timeGMT ("2005-06-13", "09:00" or "09:00:00"), UTC; none if unreadable.
std::optional<base::EpochMillis> event_time(const MonitoringRecord& record);

/// sampleMeasurement as a finite number; none if empty or not a number.
std::optional<double> measurement(const MonitoringRecord& record);

}  // namespace cortado::record
