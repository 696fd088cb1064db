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
constexpr double kLeft = 190;
constexpr double kRow = 16;
constexpr std::size_t kNameLength = 30;

/// The end of a long name tells more than its begin.
std::string shortened(const std::string& name) {
  if (name.size() <= kNameLength) return name;
  return "\xe2\x80\xa6" + name.substr(name.size() - kNameLength);
}

}  // namespace

std::string draw_heat_map(const std::vector<std::string>& names,
                          const std::vector<std::vector<std::int64_t>>& counts,
                          const std::vector<std::string>& titles) {
  std::int64_t most = 1;
  for (const auto& row : counts) {
    for (const std::int64_t count : row) most = std::max(most, count);
  }
  const double cell =
      (kWidth - kLeft) / static_cast<double>(std::max<std::size_t>(1, titles.size()));
  const double height = kRow * static_cast<double>(names.size()) + 20;
  std::string out;
  print(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kWidth, height);
  for (std::size_t row = 0; row < names.size(); ++row) {
    const double y = kRow * static_cast<double>(row);
    print(out, "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">", kLeft - 6, y + 12);
    out += escape(shortened(names[row])) + "</text>";
    print(out, "<rect class=\"empty\" x=\"%.0f\" y=\"%.1f\" width=\"%.0f\" height=\"%.0f\"/>",
          kLeft, y + 1, kWidth - kLeft, kRow - 2);
    for (std::size_t i = 0; i < titles.size(); ++i) {
      if (counts[row][i] == 0) continue;
      const double share =
          std::log1p(static_cast<double>(counts[row][i])) / std::log1p(static_cast<double>(most));
      print(out,
            "<rect class=\"cell\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.0f\" "
            "fill-opacity=\"%.2f\">",
            kLeft + cell * static_cast<double>(i), y + 1, std::max(1.0, cell - 0.5), kRow - 2,
            0.25 + 0.75 * share);
      out += "<title>" +
             escape(names[row] + ", " + titles[i] + ": " + std::to_string(counts[row][i]) +
                    (counts[row][i] == 1 ? " alarm" : " alarms")) +
             "</title></rect>";
    }
  }
  if (!titles.empty()) {
    print(out, "<text x=\"%.0f\" y=\"%.0f\">%s</text>", kLeft, height - 6,
          escape(titles.front()).c_str());
    print(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%s</text>", kWidth, height - 6,
          escape(titles.back()).c_str());
  }
  return out + "</svg>\n";
}

}  // namespace cortado::evaluate
