// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/hash.h"
#include "cortado/evaluate/evaluation.h"
#include "forecasts.h"
#include "print.h"

namespace cortado::evaluate {
namespace {

void print_events(const ContenderFigures& one, std::string& out) {
  print(out, "%-18s %6.3f %6.3f | %6.3f (%6.3f) %6.3f %6.3f %7.1f | %7.2f %7.2f | %9.2f\n",
        one.name.c_str(), one.best.f1, one.shipped.f1, one.at_rate.f1, one.worst_f1,
        one.at_rate.precision, one.at_rate.recall, one.at_rate.delay_rows, one.nab_optimised,
        one.nab_fixed, one.shipped.false_per_1000);
}

void print_faults(const Evaluation& evaluation, std::string& out) {
  const auto& classes = evaluation.contenders.front().at_rate.faults;
  if (classes.size() < 2) return;
  print(out, "\nF1 (recall) by class at %g false alarms in 1,000 records:\n%-18s", evaluation.rate,
        "");
  for (const auto& fault : classes) print(out, " %14s", fault.fault.c_str());
  print(out, "\n%-18s", "windows");
  for (const auto& fault : classes) print(out, " %14.0f", fault.windows);
  out += '\n';
  for (const auto& one : evaluation.contenders) {
    print(out, "%-18s", one.name.c_str());
    for (const auto& fault : one.at_rate.faults)
      print(out, "  %.3f (%.3f)", fault.f1, fault.recall);
    out += '\n';
  }
  print(out, "\nmean delay of the hits in records:\n");
  for (const auto& one : evaluation.contenders) {
    print(out, "%-18s", one.name.c_str());
    for (const auto& fault : one.at_rate.faults) print(out, " %14.1f", fault.delay_rows);
    out += '\n';
  }
}

void print_leads(const Evaluation& evaluation, std::string& out) {
  print(out, "\n%s is better at this rate by (90%% of resampled series, p of not better):\n",
        evaluation.contenders.front().name.c_str());
  for (const auto& one : evaluation.contenders) {
    for (const FaultLead& lead : one.leads) {
      print(out, "%-18s %-14s %+6.3f (%+6.3f..%+6.3f)  p %.3f\n", one.name.c_str(),
            lead.fault.empty() ? "all" : lead.fault.c_str(), lead.difference, lead.low, lead.high,
            lead.p);
    }
  }
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
  std::string out;
  print(out, "%s: %zu series, %lld rows, %lld windows, digest %s\n\n", evaluation.set.c_str(),
        evaluation.names.size(), static_cast<long long>(evaluation.rows),
        static_cast<long long>(evaluation.windows), base::to_hex(evaluation.digest).c_str());
  if (evaluation.windows > 0 && !evaluation.contenders.empty()) {
    print(out, "%-18s %6s %6s | at %g false alarms in 1,000:     %8s | %15s | %9s\n", "", "F1",
          "F1", evaluation.rate, "", "NAB standard", "false in");
    print(out, "%-18s %6s %6s | %6s (%6s) %6s %6s %7s | %7s %7s | %9s\n", "contender", "best",
          "fixed", "F1", "worst", "prec.", "recall", "delay", "best", "fixed", "1000 fixed");
    for (const auto& one : evaluation.contenders) print_events(one, out);
    print_faults(evaluation, out);
    if (evaluation.contenders.size() > 1) print_leads(evaluation, out);
  }
  if (evaluation.forecasts && !evaluation.contenders.empty())
    out += forecast_table(evaluation.names, evaluation.contenders.front().forecasts);
  return out;
}

}  // namespace cortado::evaluate
