// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace cortado::detector {

/// What a device's model holds in memory, beyond what all devices share, and how much it learned.
struct ModelCost {
  std::size_t pooler_bytes = 0;
  std::size_t memory_bytes = 0;
  std::size_t classifier_bytes = 0;
  std::size_t model_bytes = 0;  ///< the model object with its statistics
  std::uint64_t changed_columns = 0;
  std::uint64_t segments = 0;
  std::uint64_t synapses = 0;

  std::size_t total_bytes() const {
    return pooler_bytes + memory_bytes + classifier_bytes + model_bytes;
  }
};

/// The parts of an update, in the order in which they run.
enum class Stage { kEncode, kPooler, kMemory, kClassifier };

/// Told when a stage of an update ends. The first one begins with the update, each other one where
/// the one before it ended.
class StageProbe {
 public:
  virtual ~StageProbe() = default;
  virtual void finished(Stage stage) = 0;
};

}  // namespace cortado::detector
