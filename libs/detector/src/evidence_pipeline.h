// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "change_channel.h"
#include "evidence.h"
#include "level_channel.h"
#include "scale_channel.h"
#include "value_channels.h"

namespace cortado::detector {

/// All channels of one device.
class EvidencePipeline {
 public:
  EvidencePipeline(const MultiscaleConfig& config, std::uint64_t seed);

  /// Judge a value by all before it, then learn it. Precondition: |value| <= 1e150, so that its
  /// square is a number.
  Evidence add(double value);

  /// The finest scale's HTM.
  const ScaleNetwork& network() const { return short_.network(); }
  /// Append what the last value, or the last block of each longer scale, did in the memories.
  void activity(base::ColumnActivity& out) const;
  std::uint64_t segments() const;
  std::size_t network_bytes() const;
  std::size_t channel_bytes() const;

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  bool use_htm_;
  ScaleChannel short_;
  ScaleChannel middle_;
  ScaleChannel long_;
  RangeChannel range_;
  ResidualChannel residual_;
  LevelChannel level_;
  ChangeChannel change_;
};

}  // namespace cortado::detector
