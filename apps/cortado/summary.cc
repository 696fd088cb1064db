// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "summary.h"

#include <cstdio>

#include "cortado/base/option.h"

namespace cortado::app {
namespace {

double records_per_second(const Summary& summary) {
  const double seconds = std::chrono::duration<double>(summary.elapsed).count();
  return seconds > 0 ? static_cast<double>(summary.records_in) / seconds : 0;
}

std::string rounded(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.3f", value);
  return base::print_number(base::parse_number(text).value());
}

}  // namespace

std::string to_json(const Summary& summary) {
  std::string out = "{\"command\":\"" + summary.command + "\"";
  const auto field = [&out](const char* name, const std::string& value) {
    out += std::string(",\"") + name + "\":" + value;
  };
  field("records_in", std::to_string(summary.records_in));
  field("records_out", std::to_string(summary.records_out));
  field("records_rejected", std::to_string(summary.records_rejected));
  field("records_ignored", std::to_string(summary.records_ignored));
  field("records_invalid", std::to_string(summary.records_invalid));
  field("records_clipped", std::to_string(summary.records_clipped));
  field("devices", std::to_string(summary.devices));
  field("anomalies", std::to_string(summary.anomalies));
  field("elapsed_s", rounded(std::chrono::duration<double>(summary.elapsed).count()));
  field("records_per_s", rounded(records_per_second(summary)));
  field("latency_ms_p50", rounded(summary.latency.quantile_ms(0.50)));
  field("latency_ms_p99", rounded(summary.latency.quantile_ms(0.99)));
  field("batches", std::to_string(summary.batches));
  field("overruns", std::to_string(summary.overruns));
  return out + "}";
}

std::string to_text(const Summary& summary) {
  char text[512];
  std::snprintf(
      text, sizeof(text),
      "%s: %lld records in, %lld out, %lld rejected, %lld invalid, %lld clipped, %lld devices, "
      "%lld anomalies\n"
      "%.0f records/s, delay p50 %.1f ms, p99 %.1f ms, %lld batches, %lld overruns",
      summary.command.c_str(), static_cast<long long>(summary.records_in),
      static_cast<long long>(summary.records_out), static_cast<long long>(summary.records_rejected),
      static_cast<long long>(summary.records_invalid),
      static_cast<long long>(summary.records_clipped), static_cast<long long>(summary.devices),
      static_cast<long long>(summary.anomalies), records_per_second(summary),
      summary.latency.quantile_ms(0.50), summary.latency.quantile_ms(0.99),
      static_cast<long long>(summary.batches), static_cast<long long>(summary.overruns));
  return text;
}

bool was_refused(const base::Status& status, const Summary& summary) {
  return !status.ok() && status.error().code() == base::ErrorCode::kInvalidConfig &&
         summary.records_in == 0;
}

void print_summary(const Summary& summary, bool json, base::LogFormat format) {
  if (summary.records_out > 0 && summary.records_invalid == summary.records_out) {
    base::log_warning("cortado",
                      "no record had a usable value: look at input.mapping (value, and time for a "
                      "preset that needs it) and at the input");
  }
  if (json) {
    std::printf("%s\n", to_json(summary).c_str());
    std::fflush(stdout);
  } else if (format == base::LogFormat::kJson) {
    base::log_info("cortado", to_text(summary));
  } else {
    std::fputs((to_text(summary) + '\n').c_str(), stderr);
  }
}

}  // namespace cortado::app
