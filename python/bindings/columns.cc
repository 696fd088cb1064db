// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "columns.h"

#include <algorithm>

#include <pybind11/stl.h>

#include "errors.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

constexpr int kSchemaVersion = 1;
constexpr std::size_t kNumbers = 7;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

const std::vector<std::string> kReasons = {"pattern", "range", "level", "flat", "gap", "clock"};

py::object or_none(const std::optional<double>& number) {
  return number ? py::object(py::float_(*number)) : py::object(py::none());
}

}  // namespace

const std::vector<std::string>& status_names() {
  static const std::vector<std::string> names = {"warming", "ok", "alarm", "invalid"};
  return names;
}

ObservationColumns::ObservationColumns(const std::optional<IntegerArray>& times,
                                       const DoubleArray& values) {
  if (values.ndim() != 1 || (times && times->ndim() != 1)) {
    throw Failure(
        base::Error(base::ErrorCode::kInvalidArgument, "times and values must have one dimension"));
  }
  if (times && times->size() != values.size()) {
    throw Failure(base::Error(base::ErrorCode::kInvalidArgument,
                              "there are " + std::to_string(times->size()) + " times and " +
                                  std::to_string(values.size()) +
                                  " values: give one time a value"));
  }
  size_ = static_cast<std::size_t>(values.size());
  values_ = reinterpret_cast<const char*>(values.data());
  value_stride_ = values.strides(0);
  if (!times) return;
  times_ = reinterpret_cast<const char*>(times->data());
  time_stride_ = times->strides(0);
}

ScoreColumns::ScoreColumns(std::size_t rows)
    : sequence_(static_cast<py::ssize_t>(rows)),
      model_age_(static_cast<py::ssize_t>(rows)),
      status_(static_cast<py::ssize_t>(rows)),
      reason_(static_cast<py::ssize_t>(rows)),
      sequence_data_(sequence_.mutable_data()),
      model_age_data_(model_age_.mutable_data()),
      status_data_(status_.mutable_data()),
      reason_data_(reason_.mutable_data()),
      reasons_(kReasons) {
  for (std::size_t i = 0; i < kNumbers; ++i) {
    numbers_.emplace_back(static_cast<py::ssize_t>(rows));
    number_data_.push_back(numbers_.back().mutable_data());
    std::fill_n(number_data_.back(), rows, kAbsent);
  }
  std::fill_n(sequence_data_, rows, 0);
  std::fill_n(model_age_data_, rows, 0);
  std::fill_n(status_data_, rows, -1);
  std::fill_n(reason_data_, rows, -1);
}

std::int8_t ScoreColumns::reason_code(std::string_view reason) {
  if (reason.empty()) return -1;
  auto found = std::find(reasons_.begin(), reasons_.end(), reason);
  if (found == reasons_.end()) found = reasons_.insert(reasons_.end(), std::string(reason));
  return static_cast<std::int8_t>(found - reasons_.begin());
}

void ScoreColumns::put(std::size_t row, const detector::Score& score) {
  number_data_[0][row] = score.prediction.value_or(kAbsent);
  number_data_[1][row] = score.error.value_or(kAbsent);
  number_data_[2][row] = score.anomaly.value_or(kAbsent);
  number_data_[3][row] = score.prediction_next.value_or(kAbsent);
  number_data_[4][row] = score.score.value_or(kAbsent);
  number_data_[5][row] = score.expected_low.value_or(kAbsent);
  number_data_[6][row] = score.expected_high.value_or(kAbsent);
  sequence_data_[row] = score.sequence;
  model_age_data_[row] = score.model_age;
  status_data_[row] = static_cast<std::int8_t>(score.status);
  reason_data_[row] = reason_code(score.reason);
}

py::tuple ScoreColumns::take() {
  return py::make_tuple(numbers_[0], numbers_[1], numbers_[2], numbers_[3], sequence_, numbers_[4],
                        status_, reason_, numbers_[5], numbers_[6], model_age_, reasons_);
}

py::tuple to_tuple(const detector::Score& score, const std::string& device,
                   const std::string& model_hash) {
  const py::object reason = score.reason.empty() ? py::object(py::none())
                                                 : py::object(py::str(std::string(score.reason)));
  return py::make_tuple(
      or_none(score.prediction), or_none(score.error), or_none(score.anomaly),
      or_none(score.prediction_next), device, score.sequence, or_none(score.score),
      status_names()[static_cast<std::size_t>(score.status)], reason, or_none(score.expected_low),
      or_none(score.expected_high), score.model_age, model_hash, kSchemaVersion);
}

}  // namespace cortado::python
