// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::htm {

struct SdrClassifierConfig {
  std::int64_t inputs = 8192;
  std::int64_t buckets = 101;
  double alpha = 0.001;             ///< learning rate of the weights
  double actual_value_alpha = 0.3;  ///< share of the newest value in a bucket's moving average
};

/// Describe the keys under `prefix`.
base::Options describe(SdrClassifierConfig& config, const std::string& prefix);

/// Forecasts the next value from the active cells: one layer of softmax units, one for each bucket
/// up to the highest seen. The forecast is the moving average of the values seen in the bucket with
/// the highest sum of weights (the lower among equals) of those seen. One thread at a time.
///
/// A weight is a whole number of units of alpha / 64, within plus and minus 500 alpha; it starts at
/// 0. A step rounds each bucket's error to units once, up or down with the chance of its fraction,
/// by a hash of step and bucket, and moves the weights of all cells of the step alike. Sums are
/// therefore exact, and cells that always learned together share a row (ADR 0012).
///
/// **Source:** Numenta, "SDR Classifier" (softmax regression over SDRs), 2016; Bridle 1989.
/// Rounding: Gupta et al., "Deep Learning with Limited Numerical Precision", 2015.
class SdrClassifier {
 public:
  /// **Errors:** kInvalidConfig.
  static base::Result<SdrClassifier> create(const SdrClassifierConfig& config);
  ~SdrClassifier();
  SdrClassifier(SdrClassifier&&) noexcept;
  SdrClassifier& operator=(SdrClassifier&&) noexcept;

  /// Learn that the previous call's cells led to this value, and return the forecast from these
  /// cells. Preconditions: cells ascending and below inputs, bucket below buckets, value finite.
  double compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket, double value);

  /// Return the probability of each bucket up to the highest seen, as of the last call.
  std::span<const float> distribution() const;
  /// Return the bytes held.
  std::size_t bytes() const;

  /// Append the state; restore() continues bit for bit.
  void save(base::ByteWriter& out) const;
  /// **Errors:** kCorrupt; those of create().
  static base::Result<SdrClassifier> restore(const SdrClassifierConfig& config,
                                             base::ByteReader& in);

 private:
  struct State;
  explicit SdrClassifier(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cortado::htm
