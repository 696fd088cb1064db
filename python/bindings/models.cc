// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "models.h"

#include <algorithm>
#include <utility>

#include <pybind11/stl.h>

#include "errors.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

/// The rows of every code, one code after the other, each code's rows in their order.
struct RowsByCode {
  std::vector<std::size_t> begin;  ///< of each code; one more for the end of the last
  std::vector<std::size_t> rows;

  RowsByCode(const std::int64_t* codes, std::size_t count, std::size_t names)
      : begin(names + 1, 0), rows(count) {
    for (std::size_t row = 0; row < count; ++row) {
      if (codes[row] >= 0) ++begin[static_cast<std::size_t>(codes[row]) + 1];
    }
    for (std::size_t code = 0; code < names; ++code) begin[code + 1] += begin[code];
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t row = 0; row < count; ++row) {
      if (codes[row] >= 0) rows[next[static_cast<std::size_t>(codes[row])]++] = row;
    }
  }
};

void check_codes(const py::array_t<std::int64_t, py::array::c_style>& codes, std::size_t rows,
                 std::size_t names) {
  if (static_cast<std::size_t>(codes.size()) != rows) {
    throw Failure(
        base::Error(base::ErrorCode::kInvalidArgument, "there must be one device a value"));
  }
  const std::int64_t* data = codes.data();
  const bool inside = std::all_of(data, data + rows, [names](std::int64_t code) {
    return code < static_cast<std::int64_t>(names);
  });
  if (inside) return;
  throw Failure(
      base::Error(base::ErrorCode::kInvalidArgument, "a device's code is beyond the names"));
}

}  // namespace

Model::Model(std::shared_ptr<const Configuration> configuration, std::string device,
             const std::optional<py::bytes>& blob)
    : configuration_(std::move(configuration)), device_(std::move(device)) {
  const auto& detector = *configuration_->detector();
  model_ = blob ? value_or_throw(detector.load_model(device_, std::string_view(*blob)))
                : detector.create_model(device_);
}

py::tuple Model::update(std::optional<std::int64_t> time, std::optional<double> value) {
  detector::Score score;
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    score = model_->update({device_, time, value});
  }
  return to_tuple(score, device_, configuration_->detector()->model_hash());
}

py::tuple Model::update_many(const std::optional<IntegerArray>& times, const DoubleArray& values) {
  const ObservationColumns in(times, values);
  ScoreColumns out(in.size());
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    for (std::size_t row = 0; row < in.size(); ++row)
      out.put(row, model_->update(in.at(row, device_)));
  }
  return out.take();
}

py::bytes Model::save() const {
  std::string blob;
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    model_->save(blob);
  }
  return py::bytes(blob);
}

detector::DeviceModel& Fleet::model_of(const std::string& device) {
  auto& place = models_[device];
  if (!place) place = configuration_->detector()->create_model(device);
  return *place;
}

py::tuple Fleet::update(const std::string& device, std::optional<std::int64_t> time,
                        std::optional<double> value) {
  detector::Score score;
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    score = model_of(device).update({device, time, value});
  }
  return to_tuple(score, device, configuration_->detector()->model_hash());
}

py::tuple Fleet::update_many(const std::vector<std::string>& names, const IntegerArray& codes,
                             const std::optional<IntegerArray>& times, const DoubleArray& values) {
  const ObservationColumns in(times, values);
  const py::array_t<std::int64_t, py::array::c_style> dense(codes);
  check_codes(dense, in.size(), names.size());
  ScoreColumns out(in.size());
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    const RowsByCode by(dense.data(), in.size(), names.size());
    for (std::size_t code = 0; code < names.size(); ++code) {
      if (by.begin[code] == by.begin[code + 1]) continue;
      detector::DeviceModel& model = model_of(names[code]);
      for (std::size_t i = by.begin[code]; i < by.begin[code + 1]; ++i)
        out.put(by.rows[i], model.update(in.at(by.rows[i], names[code])));
    }
  }
  return out.take();
}

std::vector<std::string> Fleet::devices() const {
  const py::gil_scoped_release no_python;
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, model] : models_) names.push_back(name);
  return names;
}

py::bytes Fleet::save(const std::string& device) const {
  std::string blob;
  bool known = false;
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    const auto found = models_.find(device);
    known = found != models_.end();
    if (known) found->second->save(blob);
  }
  if (known) return py::bytes(blob);
  throw Failure(base::Error(base::ErrorCode::kNotFound, "there is no device \"" + device + "\""));
}

void Fleet::load(const std::string& device, const py::bytes& blob) {
  auto model =
      value_or_throw(configuration_->detector()->load_model(device, std::string_view(blob)));
  const py::gil_scoped_release no_python;
  const std::lock_guard lock(mutex_);
  models_[device] = std::move(model);
}

bool Fleet::forget(const std::string& device) {
  const py::gil_scoped_release no_python;
  const std::lock_guard lock(mutex_);
  return models_.erase(device) != 0;
}

void bind_models(py::module_& module) {
  py::class_<Model>(module, "Model")
      .def(py::init<std::shared_ptr<const Configuration>, std::string,
                    const std::optional<py::bytes>&>(),
           py::arg("configuration"), py::arg("device") = "", py::arg("blob") = py::none())
      .def("update", &Model::update, py::arg("time"), py::arg("value"))
      .def("update_many", &Model::update_many, py::arg("times"), py::arg("values"))
      .def("save", &Model::save)
      .def_property_readonly("device", &Model::device);
  py::class_<Fleet>(module, "Fleet")
      .def(py::init<std::shared_ptr<const Configuration>>(), py::arg("configuration"))
      .def("update", &Fleet::update, py::arg("device"), py::arg("time"), py::arg("value"))
      .def("update_many", &Fleet::update_many, py::arg("names"), py::arg("codes"), py::arg("times"),
           py::arg("values"))
      .def("devices", &Fleet::devices)
      .def("save", &Fleet::save, py::arg("device"))
      .def("load", &Fleet::load, py::arg("device"), py::arg("blob"))
      .def("forget", &Fleet::forget, py::arg("device"));
  py::list names;
  for (const auto& name : status_names()) names.append(py::str(name));
  module.attr("STATUSES") = py::tuple(names);
}

}  // namespace cortado::python
