// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/evaluate/nab_score.h"
#include "cortado/evaluate/run.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// A folder laid out as the Numenta Anomaly Benchmark's: data/GROUP/FILE.csv,
/// labels/combined_windows.json, config/profiles.json.
struct NabFolder {
  std::vector<Series> series;        ///< by name
  std::vector<NabProfile> profiles;  ///< standard, reward_low_FP_rate, reward_low_FN_rate
};

inline constexpr std::size_t kNabFiles = 58;

/// Read such a folder. A file more or less changes every score silently, so it is an error.
/// **Errors:** kNotFound if labelled data is missing or not `files` files are there (0 = any
/// number); kCorrupt for a row, a label or a profile that cannot be read; kIo.
base::Result<NabFolder> read_nab_folder(base::FileSystem& files, const std::string& folder,
                                        std::size_t expected_files = kNabFiles);

/// Write FOLDER/GROUP/NAME_FILE.csv with timestamp, value, anomaly_score and label, which NAB's own
/// run.py takes as the results of the detector NAME. Precondition: readings have time and value.
/// **Errors:** kIo.
base::Status write_nab_results(base::FileSystem& files, const std::string& folder,
                               const std::string& name, const std::vector<Series>& series,
                               const RunResult& result);

/// Read the scores of such a folder, of any detector. **Errors:** kNotFound, kIo; kCorrupt if a
/// file has other rows than its series.
base::Result<RunResult> read_nab_results(base::FileSystem& files, const std::string& folder,
                                         const std::string& name,
                                         const std::vector<Series>& series);

}  // namespace cortado::evaluate
