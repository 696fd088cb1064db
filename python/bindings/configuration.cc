// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "configuration.h"

#include <map>
#include <mutex>
#include <utility>

#include <pybind11/stl.h>

#include "cortado/base/crc32c.h"
#include "cortado/record/time_format.h"
#include "errors.h"
#include "options.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

/// The detectors in use, by everything that they were made from.
struct SharedDetectors {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<const detector::Detector>> made;
};

std::shared_ptr<const detector::Detector> shared_detector(const std::string& settings,
                                                          const detector::DetectorConfig& config) {
  static SharedDetectors shared;
  const std::lock_guard lock(shared.mutex);
  auto& place = shared.made[settings];
  if (auto living = place.lock()) return living;
  auto made = value_or_throw(detector::Detector::create(config));
  place = made;
  return made;
}

}  // namespace

Configuration::Configuration(const py::dict& blocks) {
  apply(describe(), "", blocks);
  const auto settings =
      py::cast<std::string>(py::str(effective(detector::describe(detector_config_))));
  const py::gil_scoped_release no_python;
  detector_ = shared_detector(settings, detector_config_);
}

base::Options Configuration::describe() {
  base::Options all = detector::describe(detector_config_);
  for (auto& option : enrich::describe(enrich_)) all.push_back(std::move(option));
  return all;
}

py::dict Configuration::options() { return effective(describe()); }

std::optional<base::EpochMillis> Configuration::time_of_text(const std::string& text) {
  return record::TimeFormat().parse(text);
}

std::optional<base::EpochMillis> Configuration::time_of_number(double number) {
  return record::TimeFormat::from_number(number);
}

void bind_configuration(py::module_& module) {
  py::class_<Configuration, std::shared_ptr<Configuration>>(module, "Configuration")
      .def(py::init<const py::dict&>(), py::arg("blocks"))
      .def("options", &Configuration::options)
      .def_property_readonly(
          "model_hash", [](const Configuration& self) { return self.detector()->model_hash(); })
      .def_property_readonly("uses_time",
                             [](const Configuration& self) { return self.detector()->uses_time(); })
      .def_property_readonly("warm_up",
                             [](const Configuration& self) { return self.detector()->warm_up(); });
  module.def("time_of_text", &Configuration::time_of_text);
  module.def("time_of_number", &Configuration::time_of_number);
  module.def("crc32c",
             [](const py::bytes& bytes) { return base::crc32c(std::string_view(bytes)); });
  module.def("describe", [] {
    detector::DetectorConfig detector;
    enrich::EnrichConfig enrich;
    base::Options all = detector::describe(detector);
    for (auto& option : enrich::describe(enrich)) all.push_back(std::move(option));
    return describe_all(all);
  });
}

}  // namespace cortado::python
