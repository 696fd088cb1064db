// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>

#include "cortado/base/option.h"

namespace cortado::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 5> kDurations = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 5> kSizes = {
    {{"", 1}, {"B", 1}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}}};

template <std::size_t N>
Result<std::int64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units,
                                     std::string_view example) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = parse_integer(text.substr(0, digits));
  if (number.ok()) {
    const std::string_view name =
        digits == std::string_view::npos ? std::string_view() : text.substr(digits);
    if (name.empty() && *number == 0) return std::int64_t{0};
    for (const auto& unit : units) {
      std::int64_t product = 0;
      if (unit.name == name && !__builtin_mul_overflow(*number, unit.factor, &product))
        return product;
    }
  }
  return Error(ErrorCode::kInvalidConfig,
               "\"" + std::string(text) + "\" is not of the form " + std::string(example));
}

template <std::size_t N>
std::string print_with_unit(std::int64_t value, const std::array<Unit, N>& units) {
  std::size_t largest = 0;
  for (std::size_t i = 0; i < N; ++i) {
    if (value != 0 && value % units[i].factor == 0 && units[i].factor > units[largest].factor)
      largest = i;
  }
  return std::to_string(value / units[largest].factor) + std::string(units[largest].name);
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 "\"" + std::string(text) + "\" is not a whole number");
  }
  return value;
}

Result<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty() ||
      !std::isfinite(value)) {
    return Error(ErrorCode::kInvalidArgument,
                 "\"" + std::string(text) + "\" is not a finite number");
  }
  return value;
}

std::string print_number(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return std::string(buffer.data(), end);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  CORTADO_ASSIGN(const std::int64_t value,
                 parse_with_unit(text, kDurations, "500ms, 5s, 10m, 1h or 2d"));
  return std::chrono::milliseconds(value);
}

Result<std::int64_t> parse_bytes(std::string_view text) {
  return parse_with_unit(text, kSizes, "4096, 512KiB, 256MiB or 1GiB");
}

std::string print_duration(std::chrono::milliseconds value) {
  return print_with_unit(value.count(), kDurations);
}

std::string print_bytes(std::int64_t value) { return print_with_unit(value, kSizes); }

}  // namespace cortado::base
