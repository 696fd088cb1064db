// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel_bits.h"
#include "kernels.h"
#include "pooler_kernels.h"

// For the pooler's kernels alone: the compilers' own vectors, as wide as the kernel set allows.
// Other than plain loops over arrays they keep sums in registers over a loop of rows.

namespace cortado::htm::CORTADO_KERNEL_SET {

/// See PoolerKernels.
std::size_t adapt(StoredPermanence* const* columns, std::size_t count, const PermanenceStep& step,
                  Crossing* crossings);
void encode(const ColumnToCode& column, std::int16_t* codes);

namespace {

typedef std::uint64_t Words __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
typedef std::int16_t Permanences __attribute__((vector_size(CORTADO_VECTOR_BYTES)));
constexpr std::size_t kVectorWords = CORTADO_VECTOR_BYTES / 8;
constexpr std::size_t kLanes = CORTADO_VECTOR_BYTES / sizeof(StoredPermanence);

template <typename Vector, typename Element>
inline Vector load(const Element* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

template <typename Vector, typename Element>
inline void store(Element* to, const Vector& vector) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

}  // namespace
}  // namespace cortado::htm::CORTADO_KERNEL_SET
