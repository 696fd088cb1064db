// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "enriching.h"

#include <utility>

#include <pybind11/stl.h>

#include "errors.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

void check_length(std::size_t found, std::size_t wanted, const std::string& what) {
  if (found == wanted) return;
  throw Failure(base::Error(base::ErrorCode::kInvalidArgument,
                            "there are " + std::to_string(found) + " " + what + " and " +
                                std::to_string(wanted) + " values"));
}

/// The records of a call, as views of Python's bytes, which the arguments keep alive.
std::vector<base::RawRecord> to_records(const Values& values, const Timestamps& timestamps,
                                        const Keys& keys) {
  if (timestamps) check_length(timestamps->size(), values.size(), "timestamps");
  if (keys) check_length(keys->size(), values.size(), "keys");
  std::vector<base::RawRecord> records(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) records[i].value = std::string_view(*values[i]);
    if (timestamps) records[i].timestamp_ms = (*timestamps)[i];
    if (keys && (*keys)[i]) records[i].key = std::string_view(*(*keys)[i]);
  }
  return records;
}

py::tuple to_python(const base::Outcome& outcome) {
  const bool enriched = outcome.kind == base::OutcomeKind::kEnriched;
  const py::object value = enriched ? py::object(py::bytes(outcome.value)) : py::object(py::none());
  const std::string status =
      enriched ? status_names()[static_cast<std::size_t>(outcome.status)] : "";
  return py::make_tuple(static_cast<int>(outcome.kind), value, outcome.device, status,
                        outcome.clipped, outcome.stage, outcome.reason);
}

}  // namespace

py::list EnrichedDevice::run(const Values& values, const Timestamps& timestamps, const Keys& keys) {
  const std::vector<base::RawRecord> records = to_records(values, timestamps, keys);
  std::vector<base::Outcome> outcomes(records.size());
  {
    const py::gil_scoped_release no_python;
    std::vector<const base::RawRecord*> in;
    std::vector<base::Outcome*> out;
    for (std::size_t i = 0; i < records.size(); ++i) {
      in.push_back(&records[i]);
      out.push_back(&outcomes[i]);
    }
    const std::lock_guard lock(mutex_);
    device_->run(in, out, 0);
  }
  py::list result(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) result[i] = to_python(outcomes[i]);
  return result;
}

py::bytes EnrichedDevice::save() const {
  std::string blob;
  {
    const py::gil_scoped_release no_python;
    const std::lock_guard lock(mutex_);
    device_->save(blob);
  }
  return py::bytes(blob);
}

Enricher::Enricher(std::shared_ptr<const Configuration> configuration)
    : configuration_(std::move(configuration)),
      enricher_(value_or_throw(
          enrich::Enricher::create(configuration_->enrich(), configuration_->detector()))) {}

py::list Enricher::route(const Values& values, const Timestamps& timestamps,
                         const Keys& keys) const {
  const std::vector<base::RawRecord> records = to_records(values, timestamps, keys);
  std::vector<std::string> devices(records.size());
  std::vector<base::Outcome> outcomes(records.size());
  std::vector<char> routed(records.size());
  {
    const py::gil_scoped_release no_python;
    for (std::size_t i = 0; i < records.size(); ++i)
      routed[i] = enricher_->route(records[i], devices[i], outcomes[i]) ? 1 : 0;
  }
  py::list result(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (routed[i] != 0) {
      result[i] = py::make_tuple(devices[i], py::none());
    } else {
      result[i] = py::make_tuple(py::none(), to_python(outcomes[i]));
    }
  }
  return result;
}

std::unique_ptr<EnrichedDevice> Enricher::device(const std::string& name,
                                                 const std::optional<py::bytes>& blob) const {
  auto made = blob ? value_or_throw(enricher_->load_device(name, std::string_view(*blob)))
                   : enricher_->create_device(name);
  return std::make_unique<EnrichedDevice>(enricher_, std::move(made));
}

void bind_enriching(py::module_& module) {
  py::class_<EnrichedDevice>(module, "EnrichedDevice")
      .def("run", &EnrichedDevice::run, py::arg("values"), py::arg("timestamps") = py::none(),
           py::arg("keys") = py::none())
      .def("save", &EnrichedDevice::save);
  py::class_<Enricher>(module, "Enricher")
      .def(py::init<std::shared_ptr<const Configuration>>(), py::arg("configuration"))
      .def("route", &Enricher::route, py::arg("values"), py::arg("timestamps") = py::none(),
           py::arg("keys") = py::none())
      .def("device", &Enricher::device, py::arg("name"), py::arg("blob") = py::none());
}

}  // namespace cortado::python
