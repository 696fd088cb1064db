// rooms: detector base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads hostile device blobs: as they are, and with the envelope mended so that the model's own
// reader is reached, by a detector of each preset
// and forecaster. What loads must also run and save.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace {

using cortado::detector::Detector;

constexpr std::size_t kStatisticsAt = 16;  // behind magic, versions and model hash

using cortado::detector::Forecaster;
using cortado::detector::Preset;

std::shared_ptr<const Detector> made(Preset preset, Forecaster forecaster) {
  cortado::detector::DetectorConfig config;
  config.preset = preset;
  config.forecaster = forecaster;
  return Detector::create(config).value();
}

const std::vector<std::shared_ptr<const Detector>>& detectors() {
  static const std::vector<std::shared_ptr<const Detector>> all = {
      made(Preset::kSeed, Forecaster::kSdrClassifier),
      made(Preset::kSeed, Forecaster::kChange),
      made(Preset::kNupic, Forecaster::kSdrClassifier),
      made(Preset::kNupic, Forecaster::kChange),
      made(Preset::kLastValue, Forecaster::kSdrClassifier),
      made(Preset::kMultiscale, Forecaster::kSdrClassifier)};
  return all;
}

void try_blob(const Detector& detector, std::string_view blob) {
  const auto model = detector.load_model("device", blob);
  if (!model.ok()) return;
  for (int i = 0; i < 4; ++i) (*model)->update({"device", i * 3'600'000, 0.02 * i});
  std::string saved;
  (*model)->save(saved);
  if (!detector.load_model("device", saved).ok()) __builtin_trap();
}

/// The input's statistics and model behind the right head and before the right checksum.
std::string mended(const Detector& detector, std::string_view input) {
  std::string blob;
  detector.create_model("device")->save(blob);
  blob.resize(kStatisticsAt);
  if (input.size() > kStatisticsAt + 4) {
    blob += input.substr(kStatisticsAt, input.size() - kStatisticsAt - 4);
  }
  cortado::base::ByteWriter(blob).u32(cortado::base::crc32c(blob));
  return blob;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto& detector : detectors()) {
    try_blob(*detector, input);
    try_blob(*detector, mended(*detector, input));
  }
  return 0;
}
