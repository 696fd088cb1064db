// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string_view>

#include "cortado/checkpoint/directory_store.h"
#include "cortado/checkpoint/manifest.h"
#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

}  // namespace

std::string folder_name(std::string_view topic) {
  const bool taken = topic == "." || topic == ".." || topic == "lock";
  std::string name;
  for (std::size_t i = 0; i < topic.size(); ++i) {
    if (is_plain(topic[i]) && !(taken && i == 0)) {
      name += topic[i];
    } else {
      append_escaped(topic[i], name);
    }
  }
  return name;
}

std::string lane_folder(const std::string& dir, const base::TopicPartition& lane) {
  return dir + "/" + folder_name(lane.topic) + "/" + std::to_string(lane.partition.get());
}

base::Result<std::vector<std::string>> DirectoryStores::devices(const base::TopicPartition& lane) {
  std::vector<std::string> devices;
  const std::string folder = place(lane);
  const auto names = files_.list(folder);
  if (!names.ok() && names.error().code() == base::ErrorCode::kNotFound) return devices;
  CORTADO_TRY(names);
  for (auto name = names->rbegin(); name != names->rend(); ++name) {
    if (!is_manifest_name(*name)) continue;
    const auto bytes = files_.read_file(folder + "/" + *name);
    // Superseded while we looked.
    if (!bytes.ok() && bytes.error().code() == base::ErrorCode::kNotFound) continue;
    CORTADO_TRY(bytes);
    const auto manifest = decode_manifest(*bytes);
    if (!manifest.ok()) continue;
    std::set<std::string_view> refused;
    for (const RefusedSpan& span : manifest->facts.refused) {
      if (!span.to) refused.insert(span.device);
    }
    for (const BlobEntry& entry : manifest->entries) {
      if (entry.raw_size > 0 && !refused.contains(entry.device)) devices.push_back(entry.device);
    }
    break;
  }
  return devices;
}

}  // namespace cortado::checkpoint
