// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/hash.h"
#include "cortado/evaluate/evaluation.h"
#include "forecasts.h"
#include "json_writer.h"

namespace cortado::evaluate {
namespace {

void write_figures(const char* name, const EventFigures& figures, JsonWriter& out) {
  out.key(name).open('{').key("threshold").number(figures.threshold, 12);
  out.key("f1").number(figures.f1).key("precision").number(figures.precision);
  out.key("recall").number(figures.recall).key("delay_rows").number(figures.delay_rows);
  out.key("false_per_1000").number(figures.false_per_1000);
  out.key("faults").open('{');
  for (const FaultFigures& fault : figures.faults) {
    out.key(fault.fault).open('{').key("windows").number(fault.windows);
    out.key("f1").number(fault.f1).key("recall").number(fault.recall);
    out.key("delay_rows").number(fault.delay_rows).close('}');
  }
  out.close('}').close('}');
}

void write_leads(const std::vector<FaultLead>& leads, JsonWriter& out) {
  out.key("behind").open('{');
  for (const FaultLead& lead : leads) {
    out.key(lead.fault.empty() ? "all" : lead.fault).open('{');
    out.key("difference").number(lead.difference).key("low").number(lead.low);
    out.key("high").number(lead.high).key("p").number(lead.p).close('}');
  }
  out.close('}');
}

void write_contender(const Evaluation& evaluation, const ContenderFigures& figures,
                     JsonWriter& out) {
  out.open('{').key("name").text(figures.name);
  out.key("runs").count(static_cast<std::int64_t>(figures.runs));
  write_figures("best", figures.best, out);
  write_figures("fixed", figures.shipped, out);
  write_figures("at_rate", figures.at_rate, out);
  out.key("worst_f1_at_rate").number(figures.worst_f1);
  if (!figures.leads.empty()) write_leads(figures.leads, out);
  out.key("nab").open('{').key("optimised").number(figures.nab_optimised);
  out.key("fixed").number(figures.nab_fixed).close('}');
  if (evaluation.forecasts) {
    out.key("forecasts");
    write_forecasts(evaluation.names, figures.forecasts, out);
  }
  out.close('}');
}

}  // namespace

std::string to_json(const Evaluation& evaluation) {
  JsonWriter out;
  out.open('{').key("set").text(evaluation.set);
  out.key("series").count(static_cast<std::int64_t>(evaluation.names.size()));
  out.key("rows").count(evaluation.rows).key("windows").count(evaluation.windows);
  out.key("digest").text(base::to_hex(evaluation.digest));
  out.key("rate").number(evaluation.rate);
  out.key("grace").count(static_cast<std::int64_t>(evaluation.rules.grace));
  out.key("refractory").count(static_cast<std::int64_t>(evaluation.rules.refractory));
  out.key("contenders").open('[');
  for (const auto& figures : evaluation.contenders) write_contender(evaluation, figures, out);
  out.close(']').close('}');
  return out.str();
}

}  // namespace cortado::evaluate
