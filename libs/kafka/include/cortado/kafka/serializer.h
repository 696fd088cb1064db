// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::kafka {

/// Turns a T into a record's bytes. Specialize it for T, or hand KafkaProducer an object of a
/// specialization that carries settings:
///   base::Status serialize(const T& value, std::string& out) const;  // out is empty at first
/// Called by the thread that sends.
template <typename T>
struct Serializer;

/// Turns a record's bytes into a T:
///   base::Result<T> deserialize(std::string_view bytes) const;
/// **Errors:** kCorrupt with the reason; the record is then handed over with its raw bytes.
template <typename T>
struct Deserializer;

/// Text goes out as it is.
template <>
struct Serializer<std::string> {
  base::Status serialize(const std::string& value, std::string& out) const {
    out = value;
    return {};
  }
};

template <>
struct Deserializer<std::string> {
  base::Result<std::string> deserialize(std::string_view bytes) const { return std::string(bytes); }
};

}  // namespace cortado::kafka
