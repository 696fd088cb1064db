// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels.h"
#include "memory_kernels.h"
#include "synapse_arena.h"

namespace cortado::htm {

template <typename P>
const ScanKernels<P>& scan_kernels() {
  if constexpr (sizeof(P) == 1) {
    return kernels().memory->narrow;
  } else {
    return kernels().memory->wide;
  }
}

/// Looks at columns, all of them in one go: what one needs from memory comes while another is
/// computed. What it found is valid until the next begin(), while segments come and go.
template <typename P>
class ColumnScan {
 public:
  /// Forget all; make room for that many columns.
  void begin(std::size_t most) {
    if (tasks_.size() < most) tasks_.resize(most);
    columns_ = 0;
    synapses_ = 0;
    segments_ = 0;
  }
  void add(const ColumnView<P>& view) {
    tasks_[columns_++] = {view.heads,
                          view.cells,
                          view.permanences,
                          view.segments,
                          view.synapses,
                          synapses_,
                          segments_,
                          0,
                          0,
                          0};
    synapses_ += (view.synapses + kTaskSynapses - 1) / kTaskSynapses * kTaskSynapses;
    segments_ += view.segments;
  }
  /// Count active synapses, find active segments and, unless `learning` is null, let them learn.
  void run(std::span<const std::uint8_t> cell_flags, std::uint32_t threshold,
           const SegmentLearning<P>* learning) {
    fit();
    scan_kernels<P>().scan(tasks_.data(), columns_, room(cell_flags), threshold, learning);
  }
  /// Let marked segments of a column learn, whose arrays have not moved since add().
  void adapt(const ColumnTask<P>& task, std::span<SegmentMark> marked,
             const PermanenceRules<P>& rules) {
    scan_kernels<P>().adapt(task, room({}), marked.data(),
                            static_cast<std::uint32_t>(marked.size()), rules);
  }

  const ColumnTask<P>& task(std::size_t index) const { return tasks_[index]; }
  /// Return the marks of a column's active segments; there is room for all its segments.
  SegmentMark* marks(const ColumnTask<P>& task) { return marks_.data() + task.first_segment; }
  const SegmentMark* marks(const ColumnTask<P>& task) const {
    return marks_.data() + task.first_segment;
  }
  /// Return the active synapses of each segment of a column.
  const std::uint8_t* potentials(const ColumnTask<P>& task) const {
    return potentials_.data() + task.first_segment;
  }
  /// Return the flags of a column's synapses.
  const std::uint8_t* flags(const ColumnTask<P>& task) const {
    return flags_.data() + task.first_synapse;
  }

 private:
  void fit() {
    const std::size_t synapses = synapses_ + kKernelOverrun;
    if (flags_.size() < synapses) {
      flags_.resize(synapses);
      flag_bits_.resize(synapses / 8 + kKernelOverrun);
      connected_bits_.resize(synapses / 8 + kKernelOverrun);
    }
    if (marks_.size() < segments_ + kMarksOverrun) {
      marks_.resize(segments_ + kMarksOverrun);
      potentials_.resize(segments_ + kKernelOverrun);
    }
  }
  ScanRoom room(std::span<const std::uint8_t> cell_flags) {
    return {cell_flags.data(),      static_cast<std::uint32_t>(cell_flags.size()),
            flags_.data(),          flag_bits_.data(),
            connected_bits_.data(), potentials_.data(),
            marks_.data()};
  }

  std::vector<ColumnTask<P>> tasks_;
  std::uint32_t columns_ = 0;
  std::uint32_t synapses_ = 0;
  std::uint32_t segments_ = 0;
  std::vector<std::uint8_t> flags_;
  std::vector<std::uint8_t> flag_bits_;
  std::vector<std::uint8_t> connected_bits_;
  std::vector<std::uint8_t> potentials_;
  std::vector<SegmentMark> marks_;
};

/// A step's columns, the active ones and those that may be punished.
template <typename P>
struct StepScans {
  static StepScans& of_thread() {
    thread_local StepScans instance;
    return instance;
  }

  ColumnScan<P> active;
  ColumnScan<P> punished;
};

}  // namespace cortado::htm
