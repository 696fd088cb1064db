// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/numpy.h>

#include "cortado/detector/observation.h"
#include "cortado/detector/score.h"

namespace cortado::python {

/// NumPy's own "not a time".
inline constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

using DoubleArray = pybind11::array_t<double>;
using IntegerArray = pybind11::array_t<std::int64_t>;

/// Observations in NumPy arrays, read where they lie, whatever their stride. The arrays must
/// outlive it; it is read without the interpreter's lock.
class ObservationColumns {
 public:
  /// `times`: milliseconds since 1970 or kNoTime. **Errors** (thrown): invalid_argument unless both
  /// have one dimension and the same length.
  ObservationColumns(const std::optional<IntegerArray>& times, const DoubleArray& values);

  std::size_t size() const { return size_; }
  detector::Observation at(std::size_t row, std::string_view device) const {
    const double value = *reinterpret_cast<const double*>(values_ + row * value_stride_);
    if (times_ == nullptr) return {device, std::nullopt, value};
    const auto time = *reinterpret_cast<const std::int64_t*>(times_ + row * time_stride_);
    if (time == kNoTime) return {device, std::nullopt, value};
    return {device, time, value};
  }

 private:
  std::size_t size_;
  const char* values_;
  std::ptrdiff_t value_stride_;
  const char* times_ = nullptr;
  std::ptrdiff_t time_stride_ = 0;
};

/// Scores as NumPy arrays, one row an observation. Absent numbers are NaN; a row that was never
/// put has status -1, sequence 0 and nothing else. put() needs no interpreter's lock.
class ScoreColumns {
 public:
  explicit ScoreColumns(std::size_t rows);

  void put(std::size_t row, const detector::Score& score);
  /// Return (prediction, error, anomaly, predictionNext, sequence, score, status, reason,
  /// expectedLow, expectedHigh, modelAge, names of reasons); status and reason are codes.
  pybind11::tuple take();

 private:
  std::int8_t reason_code(std::string_view reason);

  // In the record's order: prediction, error, anomaly, predictionNext, score, expectedLow,
  // expectedHigh.
  std::vector<DoubleArray> numbers_;
  std::vector<double*> number_data_;
  pybind11::array_t<std::int64_t> sequence_;
  pybind11::array_t<std::int64_t> model_age_;
  pybind11::array_t<std::int8_t> status_;
  pybind11::array_t<std::int8_t> reason_;
  std::int64_t* sequence_data_;
  std::int64_t* model_age_data_;
  std::int8_t* status_data_;
  std::int8_t* reason_data_;
  std::vector<std::string> reasons_;
};

/// The names of base::ScoreStatus, by code.
const std::vector<std::string>& status_names();

/// Return one score as a tuple in the order of the enriched record: prediction, error, anomaly,
/// predictionNext, device, sequence, score, status, reason, expectedLow, expectedHigh, modelAge,
/// modelHash, schemaVersion; what is absent is None.
pybind11::tuple to_tuple(const detector::Score& score, const std::string& device,
                         const std::string& model_hash);

}  // namespace cortado::python
