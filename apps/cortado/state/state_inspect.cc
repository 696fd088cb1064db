// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>

#include "cortado/detector/blob_facts.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "json_line.h"
#include "state/state_views.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

/// What is known of one device's state.
struct DeviceFacts {
  base::TopicPartition lane;
  std::string snapshot;
  checkpoint::BlobEntry entry;
  std::optional<detector::BlobFacts> blob;  ///< none: forgotten
  std::optional<detector::ModelCost> cost;  ///< none where this configuration cannot load it
  std::string why_not;
};

/// The preset's name as the configuration spells it.
std::string preset_name(detector::DetectorConfig config) {
  for (const auto& option : detector::describe(config)) {
    if (option.path == "detector.preset") return option.get().scalar;
  }
  return {};
}

base::Result<DeviceFacts> look_at(const LaneView& lane, const ChosenSnapshot& chosen,
                                  const checkpoint::BlobEntry& entry,
                                  const detector::Detector& detector) {
  DeviceFacts facts{.lane = lane.lane,
                    .snapshot = chosen.found.name.name,
                    .entry = entry,
                    .blob = std::nullopt,
                    .cost = std::nullopt,
                    .why_not = {}};
  CORTADO_ASSIGN(const auto stored, lane.archive().read(*chosen.found.manifest, entry));
  CORTADO_ASSIGN(const std::string raw,
                 checkpoint::decompress(stored.bytes, stored.raw_size, stored.crc32c));
  if (raw.empty()) return facts;
  CORTADO_ASSIGN(facts.blob, detector::read_blob_facts(raw));
  const auto model = detector.load_model(entry.device, raw);
  if (model.ok()) {
    facts.cost = (*model)->cost();
  } else {
    facts.why_not = model.error().message();
  }
  return facts;
}

std::string to_json(const DeviceFacts& facts, const std::string& preset) {
  JsonLine line;
  line.text("device", facts.entry.device)
      .number("partition", facts.lane.partition.get())
      .text("snapshot", facts.snapshot)
      .number("offset", facts.entry.next.get())
      .number("bytes", facts.entry.stored_size)
      .number("rawBytes", facts.entry.raw_size)
      .boolean("forgotten", !facts.blob);
  if (!facts.blob) return line.str();
  line.number("formatVersion", facts.blob->format_version)
      .number("algorithmVersion", facts.blob->algorithm_version)
      .text("modelHash", facts.blob->model_hash)
      .number("sequence", facts.blob->sequence)
      .number("modelAge", facts.blob->model_age);
  if (!facts.cost) return line.text("notLoaded", facts.why_not).str();
  const auto bytes = [](std::size_t size) { return static_cast<std::int64_t>(size); };
  return line.text("preset", preset)
      .number("poolerBytes", bytes(facts.cost->pooler_bytes))
      .number("memoryBytes", bytes(facts.cost->memory_bytes))
      .number("classifierBytes", bytes(facts.cost->classifier_bytes))
      .number("segments", static_cast<std::int64_t>(facts.cost->segments))
      .number("synapses", static_cast<std::int64_t>(facts.cost->synapses))
      .str();
}

std::string to_text(const DeviceFacts& facts, const std::string& preset) {
  std::string out = without_controls(facts.entry.device) + "\n";
  const auto line = [&out](const std::string& name, const std::string& value) {
    out +=
        "  " + name + std::string(12 - std::min<std::size_t>(name.size(), 11), ' ') + value + "\n";
  };
  line("partition", base::to_string(facts.lane));
  line("snapshot", facts.snapshot);
  line("offset", std::to_string(facts.entry.next.get()) + " (records below it are learned)");
  line("stored", std::to_string(facts.entry.stored_size) + " bytes, " +
                     std::to_string(facts.entry.raw_size) + " unpacked");
  if (!facts.blob) {
    line("state", "forgotten: the next record meets a model that has seen nothing");
    return out;
  }
  line("versions", "format " + std::to_string(facts.blob->format_version) + ", algorithm " +
                       std::to_string(facts.blob->algorithm_version));
  line("model hash", facts.blob->model_hash);
  line("sequence", std::to_string(facts.blob->sequence) + " records");
  line("model age", std::to_string(facts.blob->model_age) + " valid records learned");
  if (!facts.cost) {
    line("not loaded", facts.why_not);
    return out;
  }
  line("preset", preset);
  line("in memory", std::to_string(facts.cost->total_bytes()) + " bytes: pooler " +
                        std::to_string(facts.cost->pooler_bytes) + ", memory " +
                        std::to_string(facts.cost->memory_bytes) + ", classifier " +
                        std::to_string(facts.cost->classifier_bytes));
  line("memory", std::to_string(facts.cost->segments) + " segments, " +
                     std::to_string(facts.cost->synapses) + " synapses");
  return out;
}

}  // namespace

base::Result<ExitCode> inspect_state(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_ASSIGN(const auto detector, detector::Detector::create(access.config().detector));
  const std::string preset = preset_name(access.config().detector);
  std::size_t found = 0;
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(const auto chosen, access.choose(lane));
    if (!chosen) continue;
    for (const auto& entry : chosen->found.manifest->entries) {
      if (std::find(options.devices.begin(), options.devices.end(), entry.device) ==
          options.devices.end())
        continue;
      CORTADO_ASSIGN(const DeviceFacts facts, look_at(lane, *chosen, entry, *detector));
      const std::string text = json ? to_json(facts, preset) + "\n" : to_text(facts, preset);
      std::fputs(text.c_str(), stdout);
      ++found;
    }
  }
  if (found >= options.devices.size()) return ExitCode::kOk;
  return base::Error(base::ErrorCode::kNotFound, found == 0
                                                     ? "no snapshot holds a state of these devices"
                                                     : "only some of these devices have a state");
}

}  // namespace cortado::app
