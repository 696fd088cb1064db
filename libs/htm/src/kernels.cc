// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/kernels.h"

#include <string>

#include "classifier_kernels.h"
#include "kernels.h"
#include "memory_kernels.h"
#include "pooler_kernels.h"
#include "segment_kernels.h"
#include "transition_kernels.h"

namespace cortado::htm {
namespace {

constexpr KernelSet kPlain{"plain",
                           &plain::kClassifierKernels,
                           &plain::kMemoryKernels,
                           &plain::kPoolerKernels,
                           &plain::kSegmentKernels,
                           &plain::kTransitionKernels};
#ifdef CORTADO_X86_KERNELS
constexpr KernelSet kAvx2{"avx2",
                          &avx2::kClassifierKernels,
                          &avx2::kMemoryKernels,
                          &avx2::kPoolerKernels,
                          &avx2::kSegmentKernels,
                          &avx2::kTransitionKernels};
constexpr KernelSet kAvx512{"avx512",
                            &avx512::kClassifierKernels,
                            &avx512::kMemoryKernels,
                            &avx512::kPoolerKernels,
                            &avx512::kSegmentKernels,
                            &avx512::kTransitionKernels};
#endif

std::vector<const KernelSet*> find_available() {
  std::vector<const KernelSet*> sets;
#ifdef CORTADO_X86_KERNELS
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vpopcntdq");
  if (v4) sets.push_back(&kAvx512);
  if (v3) sets.push_back(&kAvx2);
#endif
  sets.push_back(&kPlain);
  return sets;
}

const std::vector<const KernelSet*>& available() {
  static const std::vector<const KernelSet*> sets = find_available();
  return sets;
}

const KernelSet*& selected() {
  static const KernelSet* set = available().front();
  return set;
}

}  // namespace

const KernelSet& kernels() { return *selected(); }

std::vector<std::string_view> available_kernels() {
  std::vector<std::string_view> names;
  for (const auto* set : available()) names.push_back(set->name);
  return names;
}

std::string_view selected_kernels() { return kernels().name; }

base::Status select_kernels(std::string_view name) {
  std::string names;
  for (const auto* set : available()) {
    if (set->name == name) {
      selected() = set;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(set->name);
  }
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "kernels: no set \"" + std::string(name) + "\" here; choose one of " + names);
}

}  // namespace cortado::htm
