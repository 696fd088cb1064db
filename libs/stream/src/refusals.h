// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::stream {

/// Which records of a lane became dead letters since another lane had their device: all that a
/// replay has to know of other lanes. Every change is given a revision, and has to be in a durable
/// snapshot before an outcome that follows from it may be written. One thread at a time.
class Refusals {
 public:
  /// Spans that ended are kept up to this number, and longer where a replay may begin below.
  static constexpr std::size_t kMostEnded = 1000;

  /// Go on from a snapshot, whose replay begins at `start`. `durable`: there are snapshots; else
  /// every change counts at once.
  void restore(const std::vector<checkpoint::RefusedSpan>& spans, base::Offset start, bool durable);
  /// True if this record was refused; of records whose outcome is committed.
  bool covers(std::string_view device, base::Offset offset) const;
  /// True if the device's last record was refused.
  bool refuses(std::string_view device) const;
  /// Let a device's records from this one on be refused. True once that may be told.
  bool refuse(std::string_view device, base::Offset offset);
  /// Let a device's records from this one on be run. True once that may be told.
  bool accept(std::string_view device, base::Offset offset);

  /// The number of changes so far.
  std::uint64_t revision() const { return revision_; }
  /// A snapshot that has list() as it was at this revision is durable.
  void stored(std::uint64_t revision) { stored_ = revision; }
  /// True while some change is in no durable snapshot.
  bool pending() const { return durable_ && stored_ < revision_; }
  std::vector<checkpoint::RefusedSpan> list() const;
  void clear();

 private:
  struct Span {
    base::Offset from;
    std::optional<base::Offset> to;
    std::uint64_t revision = 0;  ///< of its last change
  };

  bool change(Span& span);
  bool told(const Span& span) const { return !durable_ || span.revision <= stored_; }
  /// The device's last span; null if it has none.
  const Span* last(std::string_view device) const;
  Span* last(std::string_view device);
  void drop_ended(base::Offset start);

  std::map<std::string, std::vector<Span>, std::less<>> spans_;
  std::uint64_t revision_ = 0;
  std::uint64_t stored_ = 0;
  bool durable_ = false;
};

}  // namespace cortado::stream
