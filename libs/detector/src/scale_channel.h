// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "block_scale.h"
#include "ladder_memory.h"
#include "likelihood.h"

namespace cortado::detector {

/// One scale from value to evidence: blocks, HTM, likelihood.
class ScaleChannel {
 public:
  ScaleChannel(const MultiscaleConfig& config, const MultiscaleConfig::Likelihood& likelihood,
               std::int64_t block, std::uint64_t key)
      : blocks_(block, config.block_memory),
        network_(config, key),
        likelihood_(LikelihoodRules(config, likelihood)) {}

  struct Output {
    double anomaly = 0;   ///< raw score, 0 between two blocks
    double evidence = 0;  ///< 0 between two blocks
  };
  Output add(double value) {
    const auto block = blocks_.add(value);
    if (!block) return {};
    const double raw = network_.compute(*block);
    return {raw, likelihood_.add(raw)};
  }
  const ScaleNetwork& network() const { return network_; }

  void save(base::ByteWriter& out) const {
    blocks_.save(out);
    network_.save(out);
    likelihood_.save(out);
  }
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in) {
    return blocks_.load(in) && network_.load(in) && likelihood_.load(in);
  }

 private:
  BlockScale blocks_;
  ScaleNetwork network_;
  Likelihood likelihood_;
};

}  // namespace cortado::detector
