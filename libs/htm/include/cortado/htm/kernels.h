// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::htm {

/// Return the names of the kernel sets that this program has and this processor runs, the fastest
/// first: of avx512, avx2, plain. `plain` is what the compiler makes of the same source for the
/// portable target (on arm64 that is NEON). All sets give the same bits.
std::vector<std::string_view> available_kernels();

/// Return the set in use: the fastest one unless another was selected.
std::string_view selected_kernels();

/// Use another set from now on. Call it before the first model is made: not thread-safe.
/// **Errors:** kInvalidConfig: no available set has this name.
base::Status select_kernels(std::string_view name);

}  // namespace cortado::htm
