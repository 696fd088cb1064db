// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "event_sizes.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "surprise.h"

namespace cortado::detector {
namespace {

constexpr std::size_t kMost = 200;

}  // namespace

std::int64_t EventSizes::at_least(double size) const {
  return std::upper_bound(largest_.begin(), largest_.end(), size, std::greater<>()) -
         largest_.begin();
}

double EventSizes::rareness(double size, std::int64_t records, bool goes_on) const {
  const std::int64_t others = at_least(size) - (goes_on && last_size_ >= size ? 1 : 0);
  return log10_of(static_cast<double>(records + 2) / static_cast<double>(others + 1));
}

void EventSizes::add(double size, std::int64_t record) {
  const bool same = ongoing(record);
  last_record_ = record;
  if (same) {
    if (size <= last_size_) return;
    const auto before = std::find(largest_.begin(), largest_.end(), last_size_);
    if (before != largest_.end()) largest_.erase(before);
  }
  last_size_ = size;
  if (largest_.size() == kMost) {
    if (size <= largest_.back()) return;
    largest_.pop_back();
  }
  largest_.insert(std::upper_bound(largest_.begin(), largest_.end(), size, std::greater<>()), size);
}

void EventSizes::save(base::ByteWriter& out) const {
  out.f64(last_size_);
  out.i64(last_record_);
  out.u8(static_cast<std::uint8_t>(largest_.size()));
  for (const double size : largest_) out.f64(size);
}

bool EventSizes::load(base::ByteReader& in) {
  last_size_ = in.f64();
  last_record_ = in.i64();
  largest_.resize(in.u8());
  for (auto& size : largest_) size = in.f64();
  const auto finite = [](double size) { return std::isfinite(size) && size >= 0; };
  return in.ok() && finite(last_size_) && last_record_ >= 0 && largest_.size() <= kMost &&
         std::all_of(largest_.begin(), largest_.end(), finite) &&
         std::is_sorted(largest_.begin(), largest_.end(), std::greater<>());
}

}  // namespace cortado::detector
