// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/evaluate/run.h"
#include "json_writer.h"

namespace cortado::evaluate {

/// Write a list of the mean errors and the band's coverage of each series.
void write_forecasts(const std::vector<std::string>& names,
                     const std::vector<ForecastTally>& forecasts, JsonWriter& out);

/// The same as a table, with a line that counts where the forecast is no worse.
std::string forecast_table(const std::vector<std::string>& names,
                           const std::vector<ForecastTally>& forecasts);

}  // namespace cortado::evaluate
