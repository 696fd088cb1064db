// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "cortado/base/bytes.h"
#include "cortado/base/clock.h"
#include "cortado/detector/fault_config.h"

namespace cortado::detector {

/// Knows how long something usually lasts at most, and finds strange what lasts a good deal longer.
/// What was strange is learned too, in part: what keeps coming back is strange ever more rarely.
class LengthGuard {
 public:
  /// `every` is the fewest lengths for each strange one, from the second one on, that is told.
  LengthGuard(double least, double factor, std::int64_t every)
      : least_(least), factor_(factor), every_(every) {}

  bool strange(double length) const { return length >= least_ && length > factor_ * usual_; }
  /// Count a strange length, after so many others, and return whether such are rare.
  bool rare(std::int64_t others);
  void learn(double length);

  void save(base::ByteWriter& out) const {
    out.f64(usual_);
    out.i64(strange_);
  }
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double least_;
  double factor_;
  std::int64_t every_;
  double usual_ = 0;          ///< the longest so far
  std::int64_t strange_ = 0;  ///< how many were
};

/// Finds a value that repeats itself.
class FlatGuard {
 public:
  explicit FlatGuard(const FaultConfig& config)
      : runs_(static_cast<double>(config.flat_least), config.factor, config.every) {}

  /// Return true at the one record with which a run of equal values becomes strange. A device that
  /// hardly ever changes has no flat lines.
  bool add(double value);

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  LengthGuard runs_;
  std::int64_t changes_ = 0;
  std::int64_t run_ = 0;
  bool told_ = false;  ///< of the present run
  double last_ = 0;
};

/// Finds absences and leaps in event time. Knows the usual interval as the median of the last ones.
/// Where long intervals are ordinary an absence is no news: only a regular device has gaps.
class TimeGuard {
 public:
  explicit TimeGuard(const FaultConfig& config)
      : gap_(config.gap),
        clock_(config.clock),
        back_(config.clock_back),
        ahead_(config.clock_ahead.count()),
        irregular_share_(config.gap_irregular),
        gaps_(config.gap_least, config.factor, config.every) {}

  /// Return gap, clock or nothing.
  std::string_view add(std::optional<base::EpochMillis> time);

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  static constexpr std::size_t kIntervals = 9;
  std::string_view judge(base::EpochMillis interval);
  void learn(base::EpochMillis interval);
  base::EpochMillis usual_interval() const;
  bool regular() const;

  bool gap_;
  bool clock_;
  double back_;  ///< intervals
  base::EpochMillis ahead_;
  double irregular_share_;
  LengthGuard gaps_;
  std::optional<base::EpochMillis> last_;
  std::array<base::EpochMillis, kIntervals> intervals_{};  ///< a ring
  std::int64_t seen_ = 0;
  std::int64_t irregular_ = 0;  ///< of those seen
};

/// Finds values that a device cannot measure.
class LimitGuard {
 public:
  LimitGuard(const FaultConfig& config, std::string_view device);

  /// Return true at the first of the values beyond the limits.
  bool add(double value);

  void save(base::ByteWriter& out) const { out.u8(beyond_ ? 1 : 0); }
  bool load(base::ByteReader& in);

 private:
  std::optional<ValueLimits> limits_;
  bool beyond_ = false;
};

/// All guards of one device.
class FaultGuards {
 public:
  FaultGuards(const FaultConfig& config, std::string_view device)
      : flat_line_(config.flat_line), flat_(config), time_(config), limit_(config, device) {}

  /// Return the reason of a fault that this record shows, or nothing.
  std::string_view add(double value, std::optional<base::EpochMillis> time);

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  bool flat_line_;
  FlatGuard flat_;
  TimeGuard time_;
  LimitGuard limit_;
};

}  // namespace cortado::detector
