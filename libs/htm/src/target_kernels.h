// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {

/// See MemoryKernels.
void find_columns(const std::uint64_t* const* rows, std::uint32_t count, std::uint32_t words,
                  std::uint32_t threshold, std::uint64_t* columns);

}  // namespace cortado::htm::CORTADO_KERNEL_SET
