// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/random.h"

namespace cortado::generator {

/// Return a number that is nearly normal, mean 0 and variance 1: the sum of twelve uniform ones.
inline double normal(base::Random& random) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

}  // namespace cortado::generator
