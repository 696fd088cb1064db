// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "classifier_kernels.h"

#include "exp_kernel.h"
#include "kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

void add_row(const float* __restrict row, std::size_t count, float* __restrict sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += row[i];
}

void softmax(const float* __restrict logits, std::size_t count, float* __restrict probabilities) {
  float highest = logits[0];
  for (std::size_t i = 1; i < count; ++i) highest = highest < logits[i] ? logits[i] : highest;
  for (std::size_t i = 0; i < count; ++i) probabilities[i] = exp_kernel(logits[i] - highest);
  float total = 0;
  for (std::size_t i = 0; i < count; ++i) total += probabilities[i];
  for (std::size_t i = 0; i < count; ++i) probabilities[i] /= total;
}

}  // namespace

extern const ClassifierKernels classifier_kernels{add_row, softmax};

}  // namespace cortado::htm::CORTADO_KERNEL_SET
