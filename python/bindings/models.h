// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "columns.h"
#include "configuration.h"

namespace cortado::python {

/// One device's model. Calls from several threads wait for each other, without the interpreter's
/// lock.
class Model {
 public:
  /// Begin anew, or go on from a device blob. **Errors** (thrown): corrupt, unsupported.
  Model(std::shared_ptr<const Configuration> configuration, std::string device,
        const std::optional<pybind11::bytes>& blob);

  pybind11::tuple update(std::optional<std::int64_t> time, std::optional<double> value);
  pybind11::tuple update_many(const std::optional<IntegerArray>& times, const DoubleArray& values);
  pybind11::bytes save() const;
  const std::string& device() const { return device_; }

 private:
  std::shared_ptr<const Configuration> configuration_;
  std::string device_;
  mutable std::mutex mutex_;
  std::unique_ptr<detector::DeviceModel> model_;
};

/// The models of many devices, made at their first record. Same thread rule.
class Fleet {
 public:
  explicit Fleet(std::shared_ptr<const Configuration> configuration)
      : configuration_(std::move(configuration)) {}

  pybind11::tuple update(const std::string& device, std::optional<std::int64_t> time,
                         std::optional<double> value);
  /// `codes`: for each row the index of its device in `names`, or below 0 for none; each device's
  /// rows run together, in their order.
  pybind11::tuple update_many(const std::vector<std::string>& names, const IntegerArray& codes,
                              const std::optional<IntegerArray>& times, const DoubleArray& values);
  std::vector<std::string> devices() const;
  /// **Errors** (thrown): not_found.
  pybind11::bytes save(const std::string& device) const;
  void load(const std::string& device, const pybind11::bytes& blob);
  bool forget(const std::string& device);

 private:
  using Models = std::map<std::string, std::unique_ptr<detector::DeviceModel>, std::less<>>;

  detector::DeviceModel& model_of(const std::string& device);

  std::shared_ptr<const Configuration> configuration_;
  mutable std::mutex mutex_;
  Models models_;
};

void bind_models(pybind11::module_& module);

}  // namespace cortado::python
