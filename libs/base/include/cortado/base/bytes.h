// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::base {

/// Append little-endian values to a string. Never fails but for memory.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { put(value); }
  void u16(std::uint16_t value) { put(value); }
  void u32(std::uint32_t value) { put(value); }
  void u64(std::uint64_t value) { put(value); }
  void i64(std::int64_t value) { put(static_cast<std::uint64_t>(value)); }
  void f64(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void raw(std::string_view bytes) { out_.append(bytes); }
  /// Length as u32, then the bytes.
  void text(std::string_view bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }
  /// Unsigned LEB128, 1 to 10 bytes.
  void varint(std::uint64_t value);

 private:
  template <typename T>
  void put(T value) {
    char bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    out_.append(bytes, sizeof(T));
  }

  std::string& out_;
};

/// Read little-endian values from bytes that may be short or hostile. After the first read past the
/// end ok() is false and every further read gives zero, so that a caller checks once.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  /// True if nothing failed and nothing is left.
  bool finished() const { return ok_ && remaining() == 0; }

  std::uint8_t u8() { return get<std::uint8_t>(); }
  std::uint16_t u16() { return get<std::uint16_t>(); }
  std::uint32_t u32() { return get<std::uint32_t>(); }
  std::uint64_t u64() { return get<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(get<std::uint64_t>()); }
  double f64() { return std::bit_cast<double>(get<std::uint64_t>()); }
  /// View of the next `size` bytes; valid as long as the input.
  std::string_view raw(std::size_t size);
  /// What ByteWriter::text wrote.
  std::string_view text() { return raw(u32()); }
  std::uint64_t varint();

 private:
  template <typename T>
  T get() {
    const std::string_view bytes = raw(sizeof(T));
    if (bytes.size() != sizeof(T)) return 0;
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(
          value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
    }
    return value;
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace cortado::base
