// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "properties.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

struct Refusal {
  std::string_view name;
  std::string_view reason;
};

// Aliases of a property stand beside it.
constexpr std::array kRefusals = {
    Refusal{"enable.auto.commit", "an offset is committed with the outputs that it covers, by us"},
    Refusal{"auto.commit.enable", "an offset is committed with the outputs that it covers, by us"},
    Refusal{"enable.auto.offset.store",
            "an offset is committed with the outputs that it covers, by us"},
    Refusal{"isolation.level", "records of aborted transactions must never reach a model"},
    Refusal{"transactional.id", "it fences the former owner of a partition, so we choose it"},
    Refusal{"transaction.timeout.ms", "it follows from stream.batch_interval"},
    Refusal{"partitioner", "a device must stay on the partition where the Java client puts it"},
    Refusal{"partitioner_cb", "a device must stay on the partition where the Java client puts it"},
    Refusal{"auto.offset.reset", "a missing offset must stop us, not silently skip or repeat data"},
    Refusal{"enable.idempotence", "a retry must neither repeat nor reorder a device's records"},
    Refusal{"max.in.flight",
            "a request that is refused for a moment must not be overtaken by the next"},
    Refusal{"max.in.flight.requests.per.connection",
            "a request that is refused for a moment must not be overtaken by the next"},
    Refusal{"acks", "a record counts as written only when all replicas in sync have it"},
    Refusal{"request.required.acks",
            "a record counts as written only when all replicas in sync have it"},
    Refusal{"partition.assignment.strategy", "set kafka.assignment_strategy"},
    Refusal{"allow.auto.create.topics", "set kafka.create_topics"},
    Refusal{"delivery.report.only.error", "every delivery is counted"},
    Refusal{"metadata.broker.list", "set kafka.bootstrap_servers or bootstrap.servers"},
    Refusal{"group.id", "set kafka.group_id"},
    Refusal{"group.instance.id", "set kafka.instance_id"},
};

std::string_view refusal(std::string_view name) {
  for (const auto& entry : kRefusals)
    if (entry.name == name) return entry.reason;
  if (name.starts_with("group.")) return "the guarantee rests on how the group is run";
  return {};
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

/// Read the names out of the table that librdkafka prints of itself: "name | C/P | ...".
std::vector<std::string> read_names(std::string_view table) {
  std::vector<std::string> names;
  while (!table.empty()) {
    const auto line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(line.size() + 1, table.size()));
    const auto end = std::find_if_not(line.begin(), line.end(), is_name_char);
    const std::string_view name(line.data(), static_cast<std::size_t>(end - line.begin()));
    const auto rest = line.substr(name.size());
    if (name.empty() || rest.find('|') == std::string_view::npos) continue;
    if (rest.find_first_not_of(' ') == rest.find('|') && name != "Property")
      names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> load_names() {
  char* text = nullptr;
  std::size_t size = 0;
  FILE* stream = ::open_memstream(&text, &size);
  if (stream == nullptr) return {};
  rd_kafka_conf_properties_show(stream);
  std::fclose(stream);
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  return read_names({text, size});
}

Error unknown(const std::string& name) {
  const std::string near = nearest_property(name);
  const bool java = name.find("jaas") != std::string::npos;
  // What resembles no property may be a value in a name's place.
  const bool shown = java || !near.empty() || name.find('.') != std::string::npos;
  std::string message = "kafka.properties: " + (shown ? name : "a name there (it is not shown)") +
                        " is no property of librdkafka " + rd_kafka_version_str();
  if (java) {
    message += "; it is the Java client's: set sasl.username and sasl.password";
  } else if (!near.empty()) {
    message += "; did you mean \"" + near + "\"?";
  }
  return {ErrorCode::kInvalidConfig, message};
}

}  // namespace

const std::vector<std::string>& property_names() {
  static const std::vector<std::string> names = load_names();
  return names;
}

std::string nearest_property(std::string_view name) {
  return base::nearest_name(name, property_names());
}

base::Status check_properties(const KafkaConfig& config) {
  using Conf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;
  const Conf conf(rd_kafka_conf_new(), &rd_kafka_conf_destroy);
  for (const auto& [name, value] : config.properties) {
    if (const auto reason = refusal(name); !reason.empty()) {
      return Error(ErrorCode::kInvalidConfig,
                   "kafka.properties: " + name + " cannot be set: " + std::string(reason));
    }
    const auto& names = property_names();
    if (!std::binary_search(names.begin(), names.end(), name)) return unknown(name);
    std::array<char, 512> text{};
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) !=
        RD_KAFKA_CONF_OK) {
      return Error(ErrorCode::kInvalidConfig,
                   redact(config, "kafka.properties: " + name + ": " + std::string(text.data())));
    }
  }
  return {};
}

}  // namespace cortado::kafka
