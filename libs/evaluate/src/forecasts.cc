// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "forecasts.h"

#include <algorithm>

#include "print.h"

namespace cortado::evaluate {

void write_forecasts(const std::vector<std::string>& names,
                     const std::vector<ForecastTally>& forecasts, JsonWriter& out) {
  constexpr int kDigits = 9;
  out.open('[');
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const ForecastTally& tally = forecasts[i];
    const auto count = static_cast<double>(tally.forecasts);
    out.open('{').key("name").text(names[i]).key("forecasts").count(tally.forecasts);
    out.key("mae").number(tally.error_sum / count, kDigits);
    out.key("last_value_mae").number(tally.last_value_sum / count, kDigits);
    out.key("banded").count(tally.banded).key("coverage");
    out.number(static_cast<double>(tally.inside_band) / static_cast<double>(tally.banded));
    out.close('}');
  }
  out.close(']');
}

std::string forecast_table(const std::vector<std::string>& names,
                           const std::vector<ForecastTally>& forecasts) {
  std::string out;
  print(out, "\n%-56s %12s %12s %9s\n", "mean error of the forecast", "forecast", "last value",
        "in band");
  std::size_t not_worse = 0;
  std::size_t calibrated = 0;
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    const ForecastTally& tally = forecasts[i];
    const auto count = static_cast<double>(std::max<std::int64_t>(1, tally.forecasts));
    if (tally.error_sum <= tally.last_value_sum) ++not_worse;
    print(out, "%-56s %12.5g %12.5g", names[i].c_str(), tally.error_sum / count,
          tally.last_value_sum / count);
    if (tally.banded > 0) {
      const double inside =
          100.0 * static_cast<double>(tally.inside_band) / static_cast<double>(tally.banded);
      if (inside >= 93 && inside <= 97) ++calibrated;
      print(out, " %8.1f%%", inside);
    }
    out += '\n';
  }
  print(out, "no worse than the last value in %zu of %zu; 93%% to 97%% in the band in %zu\n",
        not_worse, forecasts.size(), calibrated);
  return out;
}

}  // namespace cortado::evaluate
