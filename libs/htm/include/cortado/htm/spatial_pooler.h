// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/sdr.h"

namespace cortado::htm {

/// Permanences are exact multiples of kPermanenceUnit.
struct SpatialPoolerConfig {
  static constexpr double kPermanenceUnit = 0.00005;

  std::int64_t inputs = 275;
  std::int64_t columns = 2048;
  std::int64_t active_columns = 40;
  double potential_share = 0.8;  ///< of all inputs, for each column
  double connected_permanence = 0.1;
  double active_increment = 0.0001;
  double inactive_decrement = 0.0005;
  std::int64_t stimulus_threshold = 0;    ///< a column competes with an overlap above this
  double min_overlap_duty_cycle = 0.001;  ///< of the highest one; columns below are raised
  std::int64_t duty_cycle_period = 1000;
  std::int64_t seed = 42;
};

/// Describe the keys under `prefix`.
base::Options describe(SpatialPoolerConfig& config, const std::string& prefix);

struct PoolerBaseData;

/// The part of a spatial pooler that never changes: potential pools and initial permanences, made
/// from the configuration alone. All devices of one configuration share it. Thread-safe.
class PoolerBase {
 public:
  /// Make a base. Runs of neighbouring inputs that encoders switch on are counted faster if their
  /// lengths, up to 63 each, are known; nothing else depends on them.
  /// **Errors:** kInvalidConfig: a size or a permanence out of range, or no multiple of the unit.
  static base::Result<std::shared_ptr<const PoolerBase>> create(
      const SpatialPoolerConfig& config, const std::vector<std::uint32_t>& run_lengths = {});
  ~PoolerBase();

  const SpatialPoolerConfig& config() const;
  /// Return a hash of all pools and permanences.
  std::uint64_t digest() const;
  /// For the room's own classes and tests.
  const PoolerBaseData& data() const { return *data_; }

 private:
  explicit PoolerBase(std::unique_ptr<const PoolerBaseData> data);
  std::unique_ptr<const PoolerBaseData> data_;
};

/// A spatial pooler with global inhibition and without boosting: turns an input into a fixed number
/// of active columns, those with the highest overlap; the lower column wins a tie. One thread at a
/// time. Holds only what differs from the base.
///
/// **Source:** Numenta, "Biological and Machine Intelligence", chapter "Spatial Pooling Algorithm".
class SpatialPooler {
 public:
  explicit SpatialPooler(std::shared_ptr<const PoolerBase> base);
  ~SpatialPooler();
  SpatialPooler(SpatialPooler&&) noexcept;
  SpatialPooler& operator=(SpatialPooler&&) noexcept;

  /// Choose the active columns and, if `learn`, adapt them. Precondition: the input has the
  /// configured size.
  void compute(const Sdr& input, bool learn, Sdr& active_columns);

  /// Return the permanence of a column's synapse in units, or -1 where the input is not in its
  /// pool.
  std::int32_t permanence(std::uint32_t column, std::uint32_t input) const;
  /// Return how many columns differ from the base.
  std::uint32_t changed_columns() const;
  /// Return the bytes held beyond the base.
  std::size_t bytes() const;

  /// Append the state; restore() continues bit for bit.
  void save(base::ByteWriter& out) const;
  /// **Errors:** kCorrupt.
  static base::Result<SpatialPooler> restore(std::shared_ptr<const PoolerBase> base,
                                             base::ByteReader& in);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado::htm
