// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/enrich/enrich_config.h"

namespace cortado::enrich {
namespace {

using base::OptionNode;

base::Error wrong_mapping(const std::string& what) {
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "input.mapping must be aqs or {device: /a, time: /b, value: /c}; " + what);
}

base::Status set_pointer(const std::string& name, const OptionNode& node, MappingConfig& mapping) {
  if (node.kind != OptionNode::Kind::kScalar) return wrong_mapping(name + " is not one text");
  if (name == "device") {
    mapping.device = node.scalar;
  } else if (name == "time") {
    mapping.time = node.scalar;
  } else if (name == "value") {
    mapping.value = node.scalar;
  } else {
    const std::string near = base::nearest_name(name, {"device", "time", "value"});
    return wrong_mapping("\"" + name + "\" is unknown" +
                         (near.empty() ? "" : ", did you mean " + near + "?"));
  }
  return {};
}

base::Status set_mapping(const OptionNode& node, MappingConfig& field) {
  MappingConfig mapping;
  if (node.kind == OptionNode::Kind::kScalar && node.scalar == "aqs") {
    field = mapping;
    return {};
  }
  if (node.kind != OptionNode::Kind::kMapping) return wrong_mapping("it is neither");
  mapping.aqs = false;
  for (const auto& [name, value] : node.fields) CORTADO_TRY(set_pointer(name, value, mapping));
  CORTADO_TRY(record::Mapping::generic(mapping.device, mapping.time, mapping.value));
  field = mapping;
  return {};
}

OptionNode get_mapping(const MappingConfig& mapping) {
  if (mapping.aqs) return OptionNode::make_scalar("aqs");
  OptionNode node;
  node.kind = OptionNode::Kind::kMapping;
  node.fields.emplace_back("device", OptionNode::make_scalar(mapping.device));
  if (!mapping.time.empty())
    node.fields.emplace_back("time", OptionNode::make_scalar(mapping.time));
  node.fields.emplace_back("value", OptionNode::make_scalar(mapping.value));
  return node;
}

base::Option bind_mapping(MappingConfig& mapping) {
  base::Option option;
  option.path = "input.mapping";
  option.type = "aqs or mapping";
  option.help =
      "Where device, time and value stand in an input record: aqs for EPA's monitoring records, or "
      "JSON pointers into any object: {device: /sensor/id, time: /ts, value: /v}. Without time the "
      "Kafka timestamp counts.";
  option.set = [&mapping](const OptionNode& node) { return set_mapping(node, mapping); };
  option.get = [&mapping] { return get_mapping(mapping); };
  return option;
}

}  // namespace

base::Options describe(EnrichConfig& config) {
  return {
      base::bind_choice({.path = "input.format",
                         .help = "json also takes Cortado's binary records, told by their first "
                                 "bytes; binary takes nothing else."},
                        config.input_format, {"json", "binary"}),
      bind_mapping(config.mapping),
      base::bind_string({.path = "input.time_format",
                         .help = "How a mapped time is written, of %Y %m %d %H %M %S %f %z. Empty: "
                                 "ISO 8601 text, or a number (from 1e11 on milliseconds, else "
                                 "seconds)."},
                        config.time_format),
      base::bind_choice({.path = "input.tombstone",
                         .help = "What to do with a record without a value: count it; forget the "
                                 "model of the device that its key names, at this point of that "
                                 "device's records; or send it to the dead-letter topic."},
                        config.tombstone, {"ignore", "forget", "dead_letter"}),
      base::bind_choice({.path = "input.late",
                         .help = "What to do with a reading whose time is before the newest that "
                                 "its device's model has learned: score it, count it, or send it "
                                 "to the dead-letter topic."},
                        config.late, {"process", "ignore", "dead_letter"}),
      base::bind_choice({.path = "input.duplicate",
                         .help = "What to do with a reading whose time equals the newest that its "
                                 "device's model has learned (older times are late, not "
                                 "compared)."},
                        config.duplicate, {"process", "ignore", "dead_letter"}),
      base::bind_choice({.path = "input.future",
                         .help = "What to do with a reading whose time is beyond its record's "
                                 "Kafka timestamp."},
                        config.future, {"process", "ignore", "dead_letter"}),
      base::bind_choice({.path = "output.format",
                         .help = "How enriched records are written; binary is several times faster "
                                 "and needs input.mapping: aqs."},
                        config.output_format, {"json", "binary"}),
  };
}

base::Result<record::Mapping> make_mapping(const EnrichConfig& config) {
  if (config.mapping.aqs) {
    if (config.time_format.empty()) return record::Mapping();
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "input.time_format needs an input.mapping with a time: monitoring records "
                       "have a format of their own");
  }
  if (config.output_format == record::RecordFormat::kBinary ||
      config.input_format == record::RecordFormat::kBinary) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "input.format and output.format: binary need input.mapping: aqs; use json");
  }
  CORTADO_ASSIGN(auto mapping, record::Mapping::generic(config.mapping.device, config.mapping.time,
                                                        config.mapping.value));
  auto format = record::TimeFormat::create(config.time_format);
  if (!format.ok()) return format.error().with_context("input.time_format");
  mapping.time_format = *format;
  return mapping;
}

}  // namespace cortado::enrich
