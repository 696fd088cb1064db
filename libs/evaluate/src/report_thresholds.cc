// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "html.h"
#include "print.h"
#include "report_sections.h"
#include "svg_chart.h"

namespace cortado::evaluate {
namespace {

constexpr std::size_t kPoints = 80;

std::string percent(double share) {
  std::string out;
  print(out, "%.1f%%", 100 * share);
  return out;
}

std::string mean(double sum, std::int64_t count) {
  return count > 0 ? short_number(sum / static_cast<double>(count)) : "";
}

Curve costs(const std::string& name, double weight, const std::vector<ThresholdTally>& curve) {
  Curve result{.name = name, .points = {}};
  for (const auto& [threshold, tally] : curve) {
    result.points.emplace_back(
        threshold, static_cast<double>(tally.false_alarms) +
                       weight * static_cast<double>(tally.all.windows - tally.all.hits));
  }
  return result;
}

/// The threshold at which a cost is lowest, and the cost.
std::vector<std::string> cheapest(const Curve& curve) {
  const auto lowest =
      std::min_element(curve.points.begin(), curve.points.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return {escape(curve.name), short_number(lowest->first), short_number(lowest->second)};
}

std::string cost_of_mistakes(const ReplayReport& report, const std::vector<ThresholdTally>& curve) {
  const std::vector<Curve> curves = {costs("a miss costs as much as 1 false alarm", 1, curve),
                                     costs("as 5 false alarms", 5, curve),
                                     costs("as 20 false alarms", 20, curve)};
  std::vector<std::vector<std::string>> rows;
  for (const Curve& one : curves) rows.push_back(cheapest(one));
  return "<p>What misses and false alarms cost together at each threshold; the dashed line is the "
         "one in use.</p>\n" +
         draw_curves(curves, report.threshold, true) +
         table({"where", "cheapest threshold", "cost"}, rows);
}

std::string alarms_a_day(const ReplayReport& report, const ReportFacts& facts,
                         const std::vector<ThresholdTally>& curve) {
  const bool days = facts.device_days > 0;
  Curve alarms{.name = days ? "alarms a device and day" : "alarms in 1,000 records", .points = {}};
  for (const auto& [threshold, tally] : curve) {
    const double rate =
        days ? static_cast<double>(tally.false_alarms) / facts.device_days : tally.false_per_1000();
    alarms.points.emplace_back(threshold, rate);
  }
  return "<p>Alarms that each threshold would give, what follows one within " +
         std::to_string(report.rules.refractory) +
         " records not counted; the dashed line is the one in use.</p>\n" +
         draw_curves({alarms}, report.threshold, true);
}

}  // namespace

std::string labels_section(const ReplayReport& report, const ReportFacts& facts) {
  if (!report.labelled) return "";
  const EventTally tally = tally_events(facts.series, facts.scores, report.threshold, report.rules);
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, fault] : tally.faults) {
    const double recall = static_cast<double>(fault.hits) / static_cast<double>(fault.windows);
    rows.push_back({name.empty() ? "(no class)" : escape(name), grouped(fault.windows),
                    grouped(fault.hits), percent(recall), mean(fault.delay_rows, fault.hits)});
  }
  rows.push_back({"all", grouped(tally.all.windows), grouped(tally.all.hits),
                  percent(tally.recall()), mean(tally.all.delay_rows, tally.all.hits)});
  return "<h2>Against the labels</h2>\n<p>Precision " + percent(tally.precision()) + ", recall " +
         percent(tally.recall()) + ", F1 " + short_number(tally.f1()) + "; " +
         "false alarms: " + grouped(tally.false_alarms) + ", " +
         short_number(tally.false_per_1000()) + " in 1,000 records. What follows an alarm within " +
         std::to_string(report.rules.refractory) + " records is no further one; " +
         std::to_string(report.rules.grace) + " records behind a fault still belong to it.</p>\n" +
         table({"fault", "labelled", "found", "recall", "delay in records"}, rows);
}

std::string cost_section(const ReplayReport& report, const ReportFacts& facts) {
  const auto curve = event_curve(facts.series, facts.scores, kPoints, report.rules);
  if (curve.empty()) return "<h2>Thresholds</h2>\n<p>No record has a score yet.</p>\n";
  return "<h2>Thresholds</h2>\n" +
         (report.labelled ? cost_of_mistakes(report, curve) : alarms_a_day(report, facts, curve));
}

std::string timing_section(const ReplayReport& report) {
  const double seconds = std::chrono::duration<double>(report.elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(report.records) / seconds : 0;
  return "<h2>Timing</h2>\n" +
         table({"", "figure"},
               {{"scored in", short_number(seconds) + " s"},
                {"records a second", grouped(static_cast<std::int64_t>(rate))},
                {"batches", grouped(report.batches)},
                {"a batch, half of them within", short_number(report.batch_ms_p50) + " ms"},
                {"a batch, 99% within", short_number(report.batch_ms_p99) + " ms"}});
}

}  // namespace cortado::evaluate
