// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/multiscale_config.h"

#include <string>

#include "number_list.h"

namespace cortado::detector {
namespace {

constexpr std::int64_t kLongest = 1'000'000;  // samples or records
constexpr std::size_t kMostResolutions = 8;

std::string path(const char* name) { return std::string("detector.advanced.") + name; }

void append(base::Options& to, base::Options from) {
  for (auto& option : from) to.push_back(std::move(option));
}

base::Options describe_scales(MultiscaleConfig& config) {
  return {
      base::bind_boolean({.path = path("htm"),
                          .help = "Ask the HTM; without it only range and residuals speak, to see "
                                  "what it is worth."},
                         config.htm),
      base::bind_integer(
          {.path = path("middle_block"),
           .help = "Records in a block of the middle scale, which sees patterns that "
                   "are too slow for single records.",
           .unit = "records"},
          config.middle_block, 1, 1000),
      base::bind_integer({.path = path("long_block"),
                          .help = "Records in a block of the long scale.",
                          .unit = "records"},
                         config.long_block, 1, 1000),
      base::bind_number({.path = path("block_memory"),
                         .help = "Share of a block's mean in the moving mean from which a block's "
                                 "highest or lowest value is chosen."},
                        config.block_memory, 0.001, 1),
      bind_numbers(
          {.path = path("resolutions"),
           .help = "Widths of the encoder's buckets, in ladder levels (the running standard "
                   "deviation, rounded up to a power of two). Each costs one HTM a scale; "
                   "the mean of several depends less on the seed."},
          config.resolutions, 1e-4, 1, kMostResolutions),
      base::bind_number(
          {.path = path("look_ahead"),
           .help = "How near the running deviation must come to the next ladder level "
                   "(as a share of the present one) until a memory for it learns "
                   "along; an eighth below, that memory is given up. 0: always, which "
                   "costs twice the time and memory."},
          config.look_ahead, 0, 1),
      base::bind_integer(
          {.path = path("active_columns"),
           .help = "Columns of a bucket, of 2048: buckets up to that far apart share "
                   "some."},
          config.active_columns, 8, 128),
  };
}

base::Options describe_one(MultiscaleConfig::Likelihood& scale, const std::string& name) {
  return {
      base::bind_integer({.path = path((name + ".window").c_str()),
                          .help = "Raw scores in the moving average that is judged.",
                          .unit = "samples"},
                         scale.window, 1, 100),
      base::bind_integer({.path = path((name + ".warm_up").c_str()),
                          .help = "Samples of this scale until its HTM may speak.",
                          .unit = "samples"},
                         scale.warm_up, 10, kLongest),
  };
}

base::Options describe_likelihoods(MultiscaleConfig& config) {
  base::Options options = describe_one(config.short_likelihood, "short_likelihood");
  append(options, describe_one(config.middle_likelihood, "middle_likelihood"));
  append(options, describe_one(config.long_likelihood, "long_likelihood"));
  append(
      options,
      {
          base::bind_number({.path = path("learning_share"),
                             .help = "Share of a scale's warm_up that is left out of the "
                                     "distribution of averages: an HTM that knows nothing yet is "
                                     "surprised by everything."},
                            config.learning_share, 0, 0.9),
          base::bind_integer({.path = path("refresh"),
                              .help = "How often the distribution of averages is looked at anew.",
                              .unit = "samples"},
                             config.refresh, 1, kLongest),
          base::bind_number({.path = path("mean_floor"),
                             .help = "Least mean of the raw score: a series that is always "
                                     "predicted would alarm at the first slip."},
                            config.mean_floor, 0, 1),
          base::bind_number({.path = path("variance_floor"),
                             .help = "Least variance of the averages, for the same reason."},
                            config.variance_floor, 1e-9, 1),
          base::bind_number({.path = path("onset"),
                             .help = "Evidence from which two samples in a row are one event: the "
                                     "second says nothing new."},
                            config.onset, 0, 16),
      });
  return options;
}

base::Options describe_values(MultiscaleConfig& config) {
  return {
      base::bind_number({.path = path("tail_share"),
                         .help = "Share of all values that make a distribution's tail."},
                        config.tail_share, 1e-4, 0.5),
      base::bind_number(
          {.path = path("tail_learn"),
           .help = "Surprise of a change, distance or move up to which it is learned: "
                   "what lies beyond is learned as if it lay there, so that one "
                   "outlier does not make the next one usual."},
          config.tail_learn, 2, 16),
      base::bind_integer({.path = path("tail_least"),
                          .help = "Fewest values in a tail; before as many values a tail says "
                                  "nothing."},
                         config.tail_least, 2, 1000),
      base::bind_integer(
          {.path = path("tail_most"), .help = "Most values in a tail: 8 bytes each, in six tails."},
          config.tail_most, 2, 10'000),
      base::bind_number({.path = path("range_base"),
                         .help = "Evidence of a value that exceeds the past range by range_unit."},
                        config.range_base, 0, 16),
      base::bind_number({.path = path("range_unit"), .help = "In shares of the past range."},
                        config.range_unit, 1e-6, 1),
      base::bind_number({.path = path("range_gate"),
                         .help = "What the range may claim beyond the tail's surprise. It keeps a "
                                 "slowly rising series from alarming at each new height."},
                        config.range_gate, 0, 16),
      base::bind_number({.path = path("range_slack"),
                         .help = "What the range may claim beyond the surprise of the change or of "
                                 "the moved level: a season that quietly reaches new heights is no "
                                 "event."},
                        config.range_slack, 0, 16),
      base::bind_number({.path = path("residual_memory"),
                         .help = "Share of a value in the moving mean that residuals are taken "
                                 "from."},
                        config.residual_memory, 0.001, 1),
  };
}

base::Options describe_level(MultiscaleConfig& config) {
  return {
      base::bind_integer({.path = path("level_window"),
                          .help = "Values in each of the two means whose difference is the move of "
                                  "the level; the period of a daily cycle is a good choice.",
                          .unit = "records"},
                         config.level_window, 2, 1000),
      base::bind_number({.path = path("level_limit"),
                         .help = "Most that a move of the level may claim, before its weight."},
                        config.level_limit, 0, 16),
      base::bind_number({.path = path("level_weight"), .help = "Of a level's evidence."},
                        config.level_weight, 0, 10),
      base::bind_number(
          {.path = path("least_cut"),
           .help = "Below which no alarm budget lowers the cut: what happens once in a "
                   "thousand records is no event."},
          config.least_cut, 0.1, 100),
      base::bind_number(
          {.path = path("variance_doubt"),
           .help = "Widens the variance of averages while they are few: by this times "
                   "the window, divided by their number."},
          config.variance_doubt, 0, 1000),
  };
}

base::Options describe_change(MultiscaleConfig& config) {
  return {
      base::bind_number({.path = path("change_memory"),
                         .help = "Share of a change in the moving variance that changes are "
                                 "measured by: what is ordinary of late."},
                        config.change_memory, 0.001, 1),
      base::bind_number(
          {.path = path("change_tail"),
           .help =
               "Share of all changes beyond the highest of the three quantiles that tell how "
               "improbable a change is. Outliers and spells of noise that are fewer do not make "
               "the next one usual."},
          config.change_tail, 0.001, 0.1),
      base::bind_number(
          {.path = path("change_rarity"),
           .help = "What a change may claim beyond how rare events of its size have been: with a "
                   "cut of 4.2 and 1.6 an alarm needs fewer than one in 400 records. Lower: "
                   "changes that come back, such as one each morning, are usual sooner."},
          config.change_rarity, 0, 16),
      base::bind_number(
          {.path = path("change_trust"),
           .help = "How much faster than that a change's claim grows above the cut: one whose like "
                   "is rare enough for an alarm ranks by how large it is."},
          config.change_trust, 1, 100),
      base::bind_number({.path = path("change_alike"),
                         .help = "Events of so much of a change's size count as like it."},
                        config.change_alike, 0, 1),
      base::bind_integer({.path = path("change_apart"),
                          .help = "Large changes less far apart are one event.",
                          .unit = "records"},
                         config.change_apart, 1, kLongest),
      base::bind_number({.path = path("change_limit"),
                         .help = "Most that a change may claim, before its weight."},
                        config.change_limit, 0, 16),
      base::bind_number({.path = path("change_weight"), .help = "Of a change's evidence."},
                        config.change_weight, 0, 10),
  };
}

base::Options describe_rareness(MultiscaleConfig& config) {
  return {
      base::bind_number(
          {.path = path("event_rarity"),
           .help =
               "What range and pattern together may claim beyond how rare such claims have been "
               "on this device: 1.8 is 60 times rarer. A device that does something strange each "
               "week is stranger than its model believes. 16: whatever they like."},
          config.event_rarity, 0, 16),
      base::bind_number({.path = path("event_beyond"),
                         .help = "Share that still counts of what such a claim has beyond that."},
                        config.event_beyond, 0, 1),
      base::bind_number(
          {.path = path("block_rarity"),
           .help = "The same for the pattern of blocks, of which nothing more counts: "
                   "with a cut of 4.2 and 1 an alarm needs fewer than one in 1,600 "
                   "records."},
          config.block_rarity, 0, 16),
      base::bind_number(
          {.path = path("level_rarity"), .help = "The same for the move of the level."},
          config.level_rarity, 0, 16),
  };
}

base::Options describe_forecast(MultiscaleConfig& config) {
  return {
      base::bind_number({.path = path("forecast_rate"),
                         .help = "A step of the forecasting regression, in mean changes."},
                        config.forecast_rate, 0, 1),
      base::bind_number({.path = path("forecast_range"),
                         .help = "What values span, in ladder levels; a sixteenth of it is the "
                                 "largest change that is ever forecast."},
                        config.forecast_range, 0.1, 1000),
      base::bind_number({.path = path("band_coverage"),
                         .help = "Share of the next values that the expected band shall hold."},
                        config.band_coverage, 0.5, 0.999),
      base::bind_number({.path = path("band_rate"),
                         .help = "Step of the band, in mean errors: higher follows faster and "
                                 "trembles more."},
                        config.band_rate, 0.001, 1),
  };
}

base::Options describe_decision(MultiscaleConfig& config) {
  return {
      base::bind_number({.path = path("short_limit"),
                         .help = "Most that the pattern of single records may claim."},
                        config.short_limit, 0, 16),
      base::bind_number({.path = path("range_limit"), .help = "Most that the range may claim."},
                        config.range_limit, 0, 16),
      base::bind_number({.path = path("block_limit"),
                         .help = "Most that a pattern of blocks may claim, before its weight."},
                        config.block_limit, 0, 16),
      base::bind_number({.path = path("block_weight"),
                         .help = "Of a block's evidence: blocks stand alone and are many, so that "
                                 "they must be surer."},
                        config.block_weight, 0, 10),
      base::bind_number({.path = path("residual_limit"),
                         .help = "Most that a residual may claim, before its weight."},
                        config.residual_limit, 0, 16),
      base::bind_number({.path = path("residual_weight"), .help = "Of a residual's evidence."},
                        config.residual_weight, 0, 10),
      base::bind_number({.path = path("cut"),
                         .help = "Combined evidence of an alarm, where score is .5. Higher is "
                                 "quieter."},
                        config.cut, 0.1, 100),
      base::bind_integer({.path = path("refractory"),
                          .help = "After an alarm, records that belong to the same event.",
                          .unit = "records"},
                         config.refractory, 0, kLongest),
  };
}

}  // namespace

base::Options describe(MultiscaleConfig& config) {
  base::Options options = describe_scales(config);
  append(options, htm::describe(config.memory, "detector.advanced.memory"));
  append(options, describe_likelihoods(config));
  append(options, describe_values(config));
  append(options, describe_level(config));
  append(options, describe_change(config));
  append(options, describe_rareness(config));
  append(options, describe_forecast(config));
  append(options, describe_decision(config));
  return options;
}

base::Status validate(const MultiscaleConfig& config) {
  if (auto status = htm::TransitionMemory::validate(config.memory); !status.ok()) {
    return status.error().with_context("detector.advanced.memory");
  }
  if (config.tail_least > config.tail_most) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "detector.advanced.tail_least must not be above tail_most");
  }
  return {};
}

}  // namespace cortado::detector
