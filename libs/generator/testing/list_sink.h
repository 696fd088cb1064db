// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cortado/generator/sink.h"
#include "cortado/record/field.h"

namespace cortado::generator::testing {

/// Keeps what it is sent: key and measurement. Refuses what is too long, and fails from a record on
/// if told so.
class ListSink final : public RecordSink {
 public:
  base::Status send(std::string_view key, const record::MonitoringRecord& record) override {
    if (fail_at && sent.size() == *fail_at)
      return base::Error(base::ErrorCode::kUnavailable, "the sink is full");
    std::string value(record.text(record::Field::kSampleMeasurement));
    if (value.size() > longest) return base::Error(base::ErrorCode::kInvalidArgument, "too large");
    sent.emplace_back(std::string(key), std::move(value));
    return {};
  }
  base::Status flush() override {
    ++flushes;
    return {};
  }

  std::vector<std::pair<std::string, std::string>> sent;
  std::optional<std::size_t> fail_at;
  std::size_t longest = 100;  ///< of a measurement, in bytes; longer ones are refused
  int flushes = 0;
};

/// Keeps rejects.
class ListRejects final : public RejectSink {
 public:
  base::Status reject(const Reject& reject) override {
    rejects.push_back(reject);
    return {};
  }

  std::vector<Reject> rejects;
};

}  // namespace cortado::generator::testing
