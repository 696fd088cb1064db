// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/exponential.h"

#include "exp_kernel.h"

namespace cortado::htm {

float exp_of_negative(float x) { return exp_kernel(kLowestExponent < x ? x : kLowestExponent); }

}  // namespace cortado::htm
