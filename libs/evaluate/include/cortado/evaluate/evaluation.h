// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cortado/evaluate/event_score.h"
#include "cortado/evaluate/nab_score.h"

namespace cortado::evaluate {

/// How a contender did on a labelled set; means over its runs.
struct FaultFigures {
  std::string fault;  ///< empty = labels without a class
  double windows = 0;
  double recall = 0;
  double f1 = 0;
  double delay_rows = 0;  ///< of the hits; 0 without any
};

/// How much better the first contender finds one class of fault than another one does, both at the
/// rate: the difference of their F1.
struct FaultLead {
  std::string fault;  ///< empty = all classes together
  double difference = 0;
  double low = 0;  ///< 5% and 95% of it over resampled series
  double high = 0;
  double p = 1;  ///< share of resamples in which it is not better
};

/// At one way to choose the threshold.
struct EventFigures {
  double threshold = 0;
  double f1 = 0;
  double precision = 0;
  double recall = 0;
  double delay_rows = 0;
  double false_per_1000 = 0;
  std::vector<FaultFigures> faults;
};

struct ContenderFigures {
  std::string name;
  std::size_t runs = 0;
  EventFigures best;     ///< the threshold with the highest F1 on this very set
  EventFigures shipped;  ///< the contender's own threshold
  EventFigures at_rate;  ///< the lowest threshold that keeps the rate of false alarms
  double worst_f1 = 0;   ///< of the runs, at_rate
  std::vector<std::vector<EventTally>> tallies;  ///< at_rate: of each run, one a series
  std::vector<FaultLead> leads;                  ///< of the first contender over this one
  /// NAB's standard score, best threshold and shipped; 0 without windows.
  double nab_optimised = 0;
  double nab_fixed = 0;
  std::vector<ForecastTally> forecasts;  ///< of the first run, one a series
};

/// Score one contender's runs.
ContenderFigures score_events(const std::string& name, double threshold,
                              std::span<const Series> series, const std::vector<RunResult>& runs,
                              double rate, const EventRules& rules);

/// Fill the leads of the first contender over each other one, by a paired bootstrap over series:
/// 2,000 resamples, the same in every run. Thresholds stay as they are.
void compare_with_first(std::vector<ContenderFigures>& contenders);

/// A labelled set with all that was made of it.
struct Evaluation {
  std::string set;
  std::vector<std::string> names;  ///< of the series
  std::int64_t rows = 0;
  std::int64_t windows = 0;
  std::uint64_t digest = 0;
  double rate = 1;
  EventRules rules;
  bool forecasts = false;
  std::vector<ContenderFigures> contenders;
};

/// Return one JSON object (docs/formats/labelled-series.md), or tables for a person.
std::string to_json(const Evaluation& evaluation);
std::string to_text(const Evaluation& evaluation);

}  // namespace cortado::evaluate
