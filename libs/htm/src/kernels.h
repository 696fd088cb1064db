// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// The kernel set that a *_kernels.cc is being compiled for: its functions stand in the namespace
/// of this name. CMake compiles each of those files once for every set of the target, with the
/// set's instructions allowed. An inline function with linkage compiled there could replace
/// the portable copy in the whole program, so these files call nothing from other headers but
/// compiler built-ins and functions of their own unnamed namespace (a test looks at their symbols).
#ifndef CORTADO_KERNEL_SET
#define CORTADO_KERNEL_SET plain
#endif

namespace cortado::htm {

struct ClassifierKernels;
struct MemoryKernels;
struct PoolerKernels;
struct SegmentKernels;
struct TransitionKernels;

/// One compilation of all hot loops.
struct KernelSet {
  std::string_view name;
  const ClassifierKernels* classifier;
  const MemoryKernels* memory;
  const PoolerKernels* pooler;
  const SegmentKernels* segment;
  const TransitionKernels* transition;
};

/// Return the set in use.
const KernelSet& kernels();

}  // namespace cortado::htm
