// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/directory_store.h"

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

}  // namespace cortado::checkpoint
