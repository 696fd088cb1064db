// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of device_blob_fuzz anew, after the blob's layout or algorithm version changed:
//
//   device_blob_seeds fuzz/corpus/device_blob
#include <cstdio>
#include <fstream>
#include <string>

#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace {

using cortado::detector::DetectorConfig;
using cortado::detector::Forecaster;
using cortado::detector::Preset;

/// A device's blob after some hourly records.
std::string blob_after(int records, Preset preset, Forecaster forecaster) {
  DetectorConfig config;
  config.preset = preset;
  config.forecaster = forecaster;
  const auto model = cortado::detector::Detector::create(config).value()->create_model("device");
  for (int i = 0; i < records; ++i) model->update({"device", i * 3'600'000LL, 0.01 * (i % 4)});
  std::string blob;
  model->save(blob);
  return blob;
}

void write(const std::string& folder, const std::string& name, const std::string& bytes) {
  std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: device_blob_seeds FOLDER\n", stderr);
    return 2;
  }
  constexpr auto kClassifier = Forecaster::kSdrClassifier;
  const std::string folder = argv[1];
  const std::string fresh = blob_after(0, Preset::kSeed, kClassifier);
  std::string flipped = blob_after(1, Preset::kSeed, kClassifier);
  write(folder, "fresh.bin", fresh);
  write(folder, "one_record.bin", flipped);
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  write(folder, "flipped.bin", flipped);
  std::string other = fresh;
  other[4] = static_cast<char>(other[4] + 1);  // the format version, behind the magic
  write(folder, "other_version.bin", other);
  write(folder, "short.bin", fresh.substr(0, 100));
  write(folder, "four_records.bin", blob_after(4, Preset::kSeed, kClassifier));
  write(folder, "four_records_change.bin", blob_after(4, Preset::kSeed, Forecaster::kChange));
  write(folder, "four_records_nupic.bin", blob_after(4, Preset::kNupic, kClassifier));
  write(folder, "four_records_last_value.bin", blob_after(4, Preset::kLastValue, kClassifier));
  write(folder, "four_records_multiscale.bin", blob_after(4, Preset::kMultiscale, kClassifier));
  write(folder, "weeks_multiscale.bin", blob_after(400, Preset::kMultiscale, kClassifier));
  return 0;
}
