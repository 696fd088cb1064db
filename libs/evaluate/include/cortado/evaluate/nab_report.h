// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/evaluate/nab_folder.h"
#include "cortado/evaluate/run.h"

namespace cortado::evaluate {

/// The groups that constants may be chosen on, those that are only reported, or both
/// (docs/detection.md).
enum class Half { kAll, kTune, kReport };
inline constexpr Half kHalves[] = {Half::kAll, Half::kTune, Half::kReport};

/// Return "all", "tune" or "report".
std::string_view to_string(Half half);
/// Tell whether a group of NAB belongs to a half; unknown groups belong to `all` alone.
bool belongs(std::string_view group, Half half);

/// How the threshold was chosen: the best for these very files, the shipped one, or for each group
/// the best for the other groups.
enum class Choice { kOptimised, kFixed, kLogo };
inline constexpr Choice kChoices[] = {Choice::kOptimised, Choice::kFixed, Choice::kLogo};
std::string_view to_string(Choice choice);

/// One number for each Choice.
struct ByChoice {
  double optimised = 0;
  double fixed = 0;
  double logo = 0;

  double& of(Choice choice);
  double of(Choice choice) const;
};

/// Normalised scores (100 = perfect, 0 = silent) under one profile.
struct ProfileFigures {
  std::string name;
  ByChoice mean;
  std::vector<ByChoice> seeds;
  std::vector<double> thresholds;  ///< of `optimised`, for each seed
};

struct HalfFigures {
  Half half = Half::kAll;
  std::size_t files = 0;
  std::size_t windows = 0;
  std::vector<ProfileFigures> profiles;  ///< empty where there is no window
};

/// Means over the seeds.
struct SeriesFigures {
  std::string name;
  std::string group;
  std::size_t windows = 0;
  double missed = 0;      ///< windows without a detection at the shipped threshold
  double false_rows = 0;  ///< detections outside at the shipped threshold
  /// Points for each half (all, tune, report; zero where it does not belong) and profile.
  std::vector<std::vector<ByChoice>> points;
};

struct NabReport {
  std::string detector;
  std::vector<std::int64_t> seeds;
  double threshold = 0;  ///< the shipped one
  std::size_t rows = 0;
  std::vector<NabProfile> profiles;
  std::vector<HalfFigures> halves;    ///< all, tune, report
  std::vector<SeriesFigures> series;  ///< by name
};

/// Score the runs of one detector, one run a seed.
NabReport score_nab(const NabFolder& folder, const std::vector<RunResult>& runs, double threshold);

/// How much better one report is than another.
struct NabDifference {
  Half half = Half::kAll;
  std::string profile;
  Choice choice = Choice::kOptimised;
  double difference = 0;  ///< of the normalised scores
  double low = 0;         ///< 5% and 95% of it over resampled files
  double high = 0;
  double p = 1;  ///< share of resamples in which it is not better
};

/// Compare two reports by a paired bootstrap over files: 10,000 resamples, the same in every run.
/// Thresholds stay those of the reports. **Errors:** kInvalidArgument if the files differ.
base::Result<std::vector<NabDifference>> compare(const NabReport& report,
                                                 const NabReport& reference);

/// What a `cortado nab` has to tell beside its report.
struct NabExtras {
  std::optional<NabReport> without_htm;
  std::vector<NabDifference> against;
  std::vector<ForecastTally> forecasts;  ///< of the first seed, one a series; empty = not asked for
};

/// Return one JSON object (docs/formats/nab-report.md), or tables for a person.
std::string to_json(const NabReport& report, const NabExtras& extras);
std::string to_text(const NabReport& report, const NabExtras& extras);
/// Read back what a comparison needs. **Errors:** kCorrupt.
base::Result<NabReport> read_nab_report(std::string_view json);

}  // namespace cortado::evaluate
