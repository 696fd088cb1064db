// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cortado::base {

// Transcendental functions with the same bits on every compiler and CPU: only + - x / and exact
// operations, in a fixed order. libm's differ in the last bit with and without FMA, and a score
// must not.

/// e^x, relative error below 1e-14; 0 below -745, infinity above 709.78.
double exp(double x);
/// Natural logarithm, relative error below 1e-14; -infinity at 0, NaN below.
double log(double x);
/// Sine for |x| <= 1e6, absolute error below 1e-10.
double sin(double x);
/// Complementary error function, relative error below 1e-10 for x in [-6, 26].
///
/// **Source:** erf's Maclaurin series for |x| < 2.5; beyond, the continued fraction of Abramowitz
/// and Stegun 7.1.14.
double erfc(double x);

}  // namespace cortado::base
