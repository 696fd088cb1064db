// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/nab_report.h"
#include "cortado/record/json_value.h"
#include "forecasts.h"
#include "json_writer.h"

namespace cortado::evaluate {
namespace {

using record::JsonValue;

constexpr int kPointDigits = 9;
constexpr int kThresholdDigits = 12;

void write_choices(const ByChoice& choices, int digits, JsonWriter& out) {
  for (const Choice choice : kChoices)
    out.key(to_string(choice)).number(choices.of(choice), digits);
}

void write_profiles(const NabReport& report, const HalfFigures& half, JsonWriter& out) {
  out.open('{');
  for (const ProfileFigures& profile : half.profiles) {
    out.key(profile.name).open('{');
    write_choices(profile.mean, 4, out);
    out.key("seeds").open('[');
    for (std::size_t i = 0; i < profile.seeds.size(); ++i) {
      out.open('{');
      if (i < report.seeds.size()) out.key("seed").count(report.seeds[i]);
      write_choices(profile.seeds[i], 4, out);
      out.key("threshold").number(profile.thresholds[i], kThresholdDigits).close('}');
    }
    out.close(']').close('}');
  }
  out.close('}');
}

void write_half(const NabReport& report, const HalfFigures& half, JsonWriter& out) {
  out.key(to_string(half.half)).open('{');
  out.key("files").count(static_cast<std::int64_t>(half.files));
  out.key("windows").count(static_cast<std::int64_t>(half.windows));
  out.key("profiles");
  write_profiles(report, half, out);
  out.close('}');
}

void write_series(const NabReport& report, const SeriesFigures& series, JsonWriter& out) {
  out.open('{').key("name").text(series.name).key("group").text(series.group);
  out.key("windows").count(static_cast<std::int64_t>(series.windows));
  out.key("missed").number(series.missed).key("false_rows").number(series.false_rows);
  out.key("points").open('{');
  for (std::size_t half = 0; half < series.points.size(); ++half) {
    if (!belongs(series.group, kHalves[half])) continue;
    out.key(to_string(kHalves[half])).open('{');
    for (std::size_t profile = 0; profile < report.profiles.size(); ++profile) {
      out.key(report.profiles[profile].name).open('{');
      write_choices(series.points[half][profile], kPointDigits, out);
      out.close('}');
    }
    out.close('}');
  }
  out.close('}').close('}');
}

void write_differences(const std::vector<NabDifference>& differences, JsonWriter& out) {
  out.open('[');
  for (const NabDifference& one : differences) {
    out.open('{').key("half").text(to_string(one.half)).key("profile").text(one.profile);
    out.key("choice").text(to_string(one.choice)).key("difference").number(one.difference);
    out.key("low").number(one.low).key("high").number(one.high).key("p").number(one.p).close('}');
  }
  out.close(']');
}

base::Error corrupt(const std::string& what) {
  return {base::ErrorCode::kCorrupt, "no report of nab --json: " + what};
}

double number_of(const JsonValue* object, std::string_view name) {
  const JsonValue* value = object != nullptr ? object->find(name) : nullptr;
  return value != nullptr ? value->number : 0;
}

base::Status read_points(const JsonValue& points, const std::string& group, NabReport& report,
                         SeriesFigures& series) {
  for (std::size_t half = 0; half < std::size(kHalves); ++half) {
    series.points.emplace_back(report.profiles.size());
    if (!belongs(group, kHalves[half])) continue;
    const JsonValue* const part = points.find(to_string(kHalves[half]));
    for (std::size_t i = 0; i < report.profiles.size(); ++i) {
      const JsonValue* choices = part != nullptr ? part->find(report.profiles[i].name) : nullptr;
      if (choices == nullptr) return corrupt("no points of " + series.name);
      for (const Choice choice : kChoices)
        series.points[half][i].of(choice) = number_of(choices, to_string(choice));
    }
  }
  return {};
}

}  // namespace

std::string to_json(const NabReport& report, const NabExtras& extras) {
  JsonWriter out;
  out.open('{').key("detector").text(report.detector);
  out.key("threshold").number(report.threshold, kThresholdDigits);
  out.key("files").count(static_cast<std::int64_t>(report.series.size()));
  out.key("rows").count(static_cast<std::int64_t>(report.rows));
  out.key("profiles");
  write_profiles(report, report.halves.front(), out);
  out.key("without_htm");
  if (extras.without_htm) {
    write_profiles(*extras.without_htm, extras.without_htm->halves.front(), out);
  } else {
    out.raw("null");
  }
  out.key("halves").open('{');
  for (const HalfFigures& half : report.halves) write_half(report, half, out);
  out.close('}').key("against");
  write_differences(extras.against, out);
  out.key("forecasts");
  std::vector<std::string> names;
  for (const auto& series : report.series) names.push_back(series.name);
  write_forecasts(names, extras.forecasts, out);
  out.key("series").open('[');
  for (const SeriesFigures& series : report.series) write_series(report, series, out);
  out.close(']').close('}');
  return out.str();
}

base::Result<NabReport> read_nab_report(std::string_view json) {
  CORTADO_ASSIGN(const auto root, record::parse_json(json));
  NabReport report;
  const JsonValue* const profiles = root.find("profiles");
  const JsonValue* const series = root.find("series");
  if (profiles == nullptr || series == nullptr) return corrupt("no profiles or no series");
  for (const auto& [name, value] : profiles->members) {
    NabProfile profile;
    profile.name = name;
    report.profiles.push_back(std::move(profile));
  }
  for (const JsonValue& item : series->items) {
    const JsonValue* const name = item.find("name");
    const JsonValue* const group = item.find("group");
    const JsonValue* const points = item.find("points");
    if (name == nullptr || group == nullptr || points == nullptr) return corrupt("a series");
    SeriesFigures figures;
    figures.name = name->text;
    figures.group = group->text;
    figures.windows = static_cast<std::size_t>(number_of(&item, "windows"));
    CORTADO_TRY(read_points(*points, figures.group, report, figures));
    report.series.push_back(std::move(figures));
  }
  return report;
}

}  // namespace cortado::evaluate
