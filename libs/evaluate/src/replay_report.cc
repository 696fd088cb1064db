// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/replay_report.h"

#include "html.h"
#include "report_sections.h"

namespace cortado::evaluate {

std::string to_html(const ReplayReport& report) {
  const ReportFacts facts(report);
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>Cortado: " +
      escape(report.input) + "</title>\n<style>" + std::string(style()) + "</style></head><body>\n";
  out += summary_section(report, facts);
  out += days_section(report, facts);
  out += devices_section(report, facts);
  out += timelines_section(report, facts);
  out += labels_section(report, facts);
  out += cost_section(report, facts);
  out += timing_section(report);
  out += alarms_section(report, facts);
  return out + "</body></html>\n";
}

}  // namespace cortado::evaluate
