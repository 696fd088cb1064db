// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"

namespace cortado::stream {

/// One device's part of the operator: its model and whatever else lives from record to record.
/// Owned by its lane; one thread at a time, not always the same one.
class DeviceProcessor {
 public:
  virtual ~DeviceProcessor() = default;
  /// Turn records into outcomes, in offset order; `outcomes[i]` belongs to `records[i]` and is
  /// cleared already. Called once for each device and batch, or once for each record where a crash
  /// journal notes them: then `following` more of the device come in the same batch. Never fails:
  /// what cannot be processed becomes a dead letter.
  virtual void run(std::span<const base::RawRecord* const> records,
                   std::span<base::Outcome* const> outcomes, std::size_t following) = 0;
  /// Append the state as bytes that load() takes.
  virtual void save(std::string& out) const = 0;
  /// False while its state is that of a device never seen: no record began a model, or the last one
  /// was forgotten. Then the device is on no partition.
  virtual bool has_model() const { return true; }
};

/// What a lane does to its records, in two steps: route each to its device, then run the devices in
/// parallel.
class Operator {
 public:
  virtual ~Operator() = default;

  /// Tell the device of a record: pure, any thread. Returns true with `device` set, or false with
  /// `immediate` set to the outcome of a record that reaches no device.
  virtual bool route(const base::RawRecord& record, std::string& device,
                     base::Outcome& immediate) const = 0;
  /// False if the record begins no model, whatever its device is; pure. **Precondition:** route()
  /// returned true for it.
  virtual bool begins(const base::RawRecord& record) const { return record.value.has_value(); }
  /// Make the processor of a device never seen; any thread. **Errors:** kInternal.
  virtual base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const = 0;
  /// Make it from what save() wrote; any thread. **Errors:** kCorrupt; kUnsupported for another
  /// format or configuration.
  virtual base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                              std::string_view bytes) const = 0;
  /// What changes model bytes; a snapshot with another stamp is not usable.
  virtual std::string model_hash() const = 0;
  /// Any score bit may change with it; records are never scored again by another version.
  virtual std::uint32_t algorithm_version() const = 0;
  /// What else decides what a record does to a model and what becomes of it, as `kind=hash` joined
  /// by `;`: records are not scored again by others unless a person says so. Empty: not compared.
  virtual std::string settings_hash() const { return {}; }
};

}  // namespace cortado::stream
