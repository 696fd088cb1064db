// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cortado::detector {

/// Evidence is counted in powers of ten: -log10 of how probable something at least as strange is.
/// No single piece of evidence is above this.
inline constexpr double kHighestSurprise = 16;

double log10_of(double x);

/// Return -log10 of the upper tail of the normal distribution, 0 to kHighestSurprise, by a table:
/// within 2e-5 of it.
double gaussian_surprise(double deviations);

}  // namespace cortado::detector
