// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "refusals.h"

#include <algorithm>

namespace cortado::stream {

void Refusals::restore(const std::vector<checkpoint::RefusedSpan>& spans, base::Offset start,
                       bool durable) {
  clear();
  durable_ = durable;
  for (const auto& span : spans) {
    spans_[span.device].push_back({.from = span.from, .to = span.to});
  }
  drop_ended(start);
}

/// They are of use only to a replay that begins below their end, from an older snapshot perhaps.
void Refusals::drop_ended(base::Offset start) {
  std::vector<base::Offset> ends;
  for (const auto& [device, spans] : spans_) {
    for (const Span& span : spans) {
      if (span.to && *span.to <= start) ends.push_back(*span.to);
    }
  }
  if (ends.size() <= kMostEnded) return;
  const auto newest = ends.end() - static_cast<std::ptrdiff_t>(kMostEnded);
  std::nth_element(ends.begin(), newest, ends.end());
  for (auto& [device, spans] : spans_) {
    std::erase_if(spans, [&newest](const Span& span) { return span.to && *span.to < *newest; });
  }
  std::erase_if(spans_, [](const auto& entry) { return entry.second.empty(); });
}

bool Refusals::covers(std::string_view device, base::Offset offset) const {
  const auto found = spans_.find(device);
  if (found == spans_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [offset](const Span& span) {
    return span.from <= offset && (!span.to || offset < *span.to);
  });
}

bool Refusals::refuses(std::string_view device) const {
  const Span* const span = last(device);
  return span != nullptr && !span->to;
}

bool Refusals::refuse(std::string_view device, base::Offset offset) {
  Span* const span = last(device);
  if (span == nullptr || span->to) {
    return change(spans_[std::string(device)].emplace_back(Span{.from = offset, .to = {}}));
  }
  if (span->from <= offset) return told(*span);
  // The group was set back below it.
  span->from = offset;
  return change(*span);
}

bool Refusals::accept(std::string_view device, base::Offset offset) {
  Span* const span = last(device);
  if (span == nullptr) return true;
  if (span->to) return told(*span);
  span->to = std::max(offset, span->from);
  return change(*span);
}

bool Refusals::change(Span& span) {
  span.revision = ++revision_;
  return told(span);
}

std::vector<checkpoint::RefusedSpan> Refusals::list() const {
  std::vector<checkpoint::RefusedSpan> list;
  for (const auto& [device, spans] : spans_) {
    for (const Span& span : spans) {
      if (span.to && *span.to <= span.from) continue;
      list.push_back({.device = device, .from = span.from, .to = span.to});
    }
  }
  return list;
}

void Refusals::clear() {
  spans_.clear();
  revision_ = stored_ = 0;
}

const Refusals::Span* Refusals::last(std::string_view device) const {
  const auto found = spans_.find(device);
  return found == spans_.end() ? nullptr : &found->second.back();
}

Refusals::Span* Refusals::last(std::string_view device) {
  const auto found = spans_.find(device);
  return found == spans_.end() ? nullptr : &found->second.back();
}

}  // namespace cortado::stream
