// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/math.h"

#include <cmath>
#include <limits>

namespace cortado::base {
namespace {

constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kPi = 0x1.921fb54442d18p+1;

/// Taylor series of e^r for |r| <= ln(2)/2, by Horner's rule.
double exp_reduced(double r) {
  double sum = 1.0;
  for (int n = 14; n >= 1; --n) sum = 1.0 + r / n * sum;
  return sum;
}

/// erf by its Maclaurin series, for small |x|.
double erf_series(double x) {
  double term = x;
  double sum = x;
  for (int n = 1; n < 60; ++n) {
    term = -term * x * x / n;
    sum += term / (2 * n + 1);
  }
  return sum * 2.0 / std::sqrt(kPi);
}

/// erfc for x >= 2 by its continued fraction, from the inside out.
double erfc_fraction(double x) {
  double tail = x;
  for (int n = 120; n >= 1; --n) tail = x + (n / 2.0) / tail;
  return exp(-x * x) / (tail * std::sqrt(kPi));
}

}  // namespace

double exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.78) return std::numeric_limits<double>::infinity();
  if (x < -745.0) return 0.0;
  const double k = std::floor(x / kLn2High + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  return std::ldexp(exp_reduced(r), static_cast<int>(k));
}

double log(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (std::isinf(x)) return x;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    --exponent;
  }
  // log m = 2 artanh s with s = (m-1)/(m+1), |s| < .172
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0.0;
  for (int n = 23; n >= 1; n -= 2) sum = sum * square + 1.0 / n;
  return exponent * kLn2High + (exponent * kLn2Low + 2 * s * sum);
}

double sin(double x) {
  const double turns = std::floor(x / (2 * kPi) + 0.5);
  double r = x - turns * (2 * kPi);
  if (r > kPi / 2) r = kPi - r;
  if (r < -kPi / 2) r = -kPi - r;
  const double square = r * r;
  double sum = 1.0;
  for (int n = 21; n >= 3; n -= 2) sum = 1.0 - square / (n * (n - 1)) * sum;
  return r * sum;
}

double erfc(double x) {
  if (x < 0) return 2.0 - erfc(-x);
  if (x < 2.5) return 1.0 - erf_series(x);
  return erfc_fraction(x);
}

}  // namespace cortado::base
