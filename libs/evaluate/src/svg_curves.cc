// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "html.h"
#include "print.h"
#include "svg_chart.h"

namespace cortado::evaluate {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 260;
constexpr double kLeft = 56;
constexpr double kBottom = 236;
constexpr double kTop = 12;

/// Maps a figure to its place.
struct Scale {
  double low = 0;
  double high = 1;
  bool logarithmic = false;

  double y(double value) const {
    const double at = logarithmic ? std::log10(std::max(value, low)) : value;
    const double from = logarithmic ? std::log10(low) : low;
    const double to = logarithmic ? std::log10(high) : high;
    return kBottom - (kBottom - kTop) * (at - from) / (to - from);
  }
};

double x_of(double x) { return kLeft + (kWidth - kLeft - 10) * std::clamp(x, 0.0, 1.0); }

Scale scale_of(const std::vector<Curve>& curves, bool logarithmic) {
  double most = 0;
  double least = 0;
  for (const Curve& curve : curves) {
    for (const auto& [x, y] : curve.points) {
      most = std::max(most, y);
      if (y > 0) least = least > 0 ? std::min(least, y) : y;
    }
  }
  if (most <= 0) most = 1;
  if (!logarithmic) return {0, most, false};
  const double low = std::pow(10, std::floor(std::log10(least > 0 ? least : most / 10)));
  return {low, std::max(low * 10, std::pow(10, std::ceil(std::log10(most)))), true};
}

void draw_axes(const Scale& scale, std::string& out) {
  for (int i = 0; i <= 10; ++i) {
    const double x = x_of(i / 10.0);
    print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f</text>", x, kBottom + 16,
          i / 10.0);
  }
  const auto line = [&](double value) {
    const double y = scale.y(value);
    print(out, "<path class=\"axis\" d=\"M%.1f %.1fH%.1f\"/>", kLeft, y, kWidth - 10);
    print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", kLeft - 6, y + 4,
          short_number(value).c_str());
  };
  if (scale.logarithmic) {
    for (double value = scale.low; value <= scale.high * 1.001; value *= 10) line(value);
  } else {
    for (int i = 0; i <= 4; ++i) line(scale.high * i / 4);
  }
}

}  // namespace

std::string draw_curves(const std::vector<Curve>& curves, double cut, bool logarithmic) {
  const Scale scale = scale_of(curves, logarithmic);
  std::string out;
  print(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kWidth, kHeight);
  draw_axes(scale, out);
  print(out, "<path class=\"cut\" d=\"M%.1f %.1fV%.1f\"/>", x_of(cut), kTop, kBottom);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    print(out, "<path class=\"curve c%zu\" d=\"", i % 4);
    char command = 'M';
    for (const auto& [x, y] : curves[i].points) {
      print(out, "%c%.1f %.1f", command, x_of(x), scale.y(y));
      command = 'L';
    }
    out += "\"/>";
    print(out, "<text class=\"c%zu\" x=\"%.1f\" y=\"%.1f\">", i % 4, kLeft + 8,
          kTop + 14 * static_cast<double>(i + 1));
    out += escape(curves[i].name) + "</text>";
  }
  return out + "</svg>\n";
}

}  // namespace cortado::evaluate
