// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "html.h"
#include "report_sections.h"
#include "svg_chart.h"

namespace cortado::evaluate {
namespace {

constexpr double kDayMs = 86'400'000;
constexpr std::size_t kMapDevices = 40;
constexpr std::size_t kMapColumns = 120;
constexpr std::size_t kTableDevices = 25;
constexpr std::size_t kTimelines = 8;
constexpr std::size_t kAlarms = 100;

std::optional<base::EpochMillis> time_of(const ReportDevice& device, std::size_t row) {
  return device.series.readings[row].time;
}

/// Days between a device's first and last reading, at least one interval's worth above 0.
double days_of(const Series& series) {
  std::optional<base::EpochMillis> first, last;
  for (const Reading& reading : series.readings) {
    if (!reading.time) continue;
    first = std::min(first.value_or(*reading.time), *reading.time);
    last = std::max(last.value_or(*reading.time), *reading.time);
  }
  return first ? static_cast<double>(*last - *first) / kDayMs : 0;
}

std::string card(const std::string& figure, const std::string& name) {
  return "<div class=\"card\"><b>" + figure + "</b><span>" + name + "</span></div>";
}

std::string more(std::size_t shown, std::size_t all, const std::string& what) {
  if (shown >= all) return "";
  return "<p>" + grouped(static_cast<std::int64_t>(shown)) + " of " +
         grouped(static_cast<std::int64_t>(all)) + " " + what + ".</p>\n";
}

}  // namespace

ReportFacts::ReportFacts(const ReplayReport& report) : worst(report.devices.size()) {
  for (const ReportDevice& device : report.devices) {
    series.push_back(device.series);
    scores.push_back({.scores = device.scores, .forecast = {}});
    alarms += static_cast<std::int64_t>(device.alarms.size());
    device_days += days_of(device.series);
    for (const Reading& reading : device.series.readings) {
      if (!reading.time) continue;
      first = std::min(first.value_or(*reading.time), *reading.time);
      last = std::max(last.value_or(*reading.time), *reading.time);
    }
  }
  std::iota(worst.begin(), worst.end(), 0U);
  std::stable_sort(worst.begin(), worst.end(), [&report](std::size_t a, std::size_t b) {
    return report.devices[a].alarms.size() > report.devices[b].alarms.size();
  });
}

std::string summary_section(const ReplayReport& report, const ReportFacts& facts) {
  std::string out = "<h1>" + escape(report.input) + "</h1>\n<p>scored by Cortado, preset <code>" +
                    escape(report.preset) + "</code>, model <code>" + escape(report.model_hash) +
                    "</code>, alarm from " + short_number(report.threshold) + "</p>\n";
  out += "<div class=\"cards\">" + card(grouped(report.records), "records") +
         card(grouped(static_cast<std::int64_t>(report.devices.size())), "devices") +
         card(grouped(facts.alarms), "alarms");
  if (facts.device_days > 0) {
    out += card(short_number(static_cast<double>(facts.alarms) / facts.device_days),
                "alarms a device and day");
  }
  if (report.rejected > 0) out += card(grouped(report.rejected), "rows rejected");
  if (report.invalid > 0) out += card(grouped(report.invalid), "records without a value");
  out += "</div>\n";
  if (facts.first)
    out += "<p>" + time_text(facts.first) + " to " + time_text(facts.last) + " UTC</p>\n";
  return out;
}

std::string days_section(const ReplayReport& report, const ReportFacts& facts) {
  if (!facts.first) return "";
  const auto all_days =
      static_cast<std::size_t>(static_cast<double>(*facts.last - *facts.first) / kDayMs + 1);
  const std::size_t days = (all_days + kMapColumns - 1) / kMapColumns;  // of a column
  const std::size_t columns = (all_days + days - 1) / days;
  const auto width = static_cast<base::EpochMillis>(static_cast<double>(days) * kDayMs);
  // Columns begin at midnight.
  const auto day = static_cast<base::EpochMillis>(kDayMs);
  const base::EpochMillis begin = *facts.first - ((*facts.first % day) + day) % day;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i <= columns; ++i)
    titles.push_back(time_text(begin + static_cast<base::EpochMillis>(i) * width).substr(0, 10));
  std::vector<std::string> names;
  std::vector<std::vector<std::int64_t>> counts;
  for (std::size_t i = 0; i < std::min(kMapDevices, facts.worst.size()); ++i) {
    const ReportDevice& device = report.devices[facts.worst[i]];
    names.push_back(device.series.name);
    auto& row = counts.emplace_back(columns + 1);
    for (const ReportAlarm& alarm : device.alarms) {
      const auto time = time_of(device, alarm.row);
      if (time) ++row[static_cast<std::size_t>((*time - begin) / width)];
    }
  }
  return "<h2>Alarms by device and day</h2>\n" +
         (days == 1 ? std::string() : "<p>A column is " + std::to_string(days) + " days.</p>\n") +
         draw_heat_map(names, counts, titles) +
         more(names.size(), report.devices.size(), "devices, those with most alarms");
}

std::string devices_section(const ReplayReport& report, const ReportFacts& facts) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(kTableDevices, facts.worst.size()); ++i) {
    const ReportDevice& device = report.devices[facts.worst[i]];
    const double days = days_of(device.series);
    const auto alarms = static_cast<std::int64_t>(device.alarms.size());
    const ReportAlarm* worst = nullptr;
    for (const ReportAlarm& alarm : device.alarms) {
      if (worst == nullptr || device.scores[alarm.row] > device.scores[worst->row]) worst = &alarm;
    }
    rows.push_back({escape(device.series.name),
                    grouped(static_cast<std::int64_t>(device.series.readings.size())),
                    grouped(alarms),
                    days > 0 ? short_number(static_cast<double>(alarms) / days) : "",
                    worst != nullptr ? short_number(device.scores[worst->row]) : "",
                    worst != nullptr ? time_text(time_of(device, worst->row)) : ""});
  }
  return "<h2>Worst devices</h2>\n" +
         table({"device", "records", "alarms", "a day", "worst score", "at (UTC)"}, rows) +
         more(rows.size(), report.devices.size(), "devices");
}

std::string timelines_section(const ReplayReport& report, const ReportFacts& facts) {
  std::string out = "<h2>Timelines</h2>\n<p>Dots are alarms" +
                    std::string(report.labelled ? ", shaded spans are labelled faults" : "") +
                    "; below, the score with its threshold.</p>\n";
  const std::size_t shown = std::min(kTimelines, facts.worst.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const ReportDevice& device = report.devices[facts.worst[i]];
    out +=
        "<h3>" + escape(device.series.name) + "</h3>\n" + draw_timeline(device, report.threshold);
  }
  return out + more(shown, report.devices.size(), "devices, those with most alarms");
}

std::string alarms_section(const ReplayReport& report, const ReportFacts& facts) {
  struct Place {
    const ReportDevice* device;
    const ReportAlarm* alarm;
    double score;
  };
  std::vector<Place> all;
  for (const std::size_t at : facts.worst) {
    const ReportDevice& device = report.devices[at];
    for (const ReportAlarm& alarm : device.alarms)
      all.push_back({&device, &alarm, device.scores[alarm.row]});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Place& a, const Place& b) { return a.score > b.score; });
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(kAlarms, all.size()); ++i) {
    const Place& one = all[i];
    const Reading& reading = one.device->series.readings[one.alarm->row];
    rows.push_back(
        {escape(one.device->series.name),
         reading.time ? time_text(reading.time) : "record " + std::to_string(one.alarm->row + 1),
         escape(one.alarm->reason), short_number(one.score),
         reading.value ? short_number(*reading.value) : "",
         one.alarm->prediction ? short_number(*one.alarm->prediction) : ""});
  }
  return "<h2>Strongest alarms</h2>\n" +
         table({"device", "time (UTC)", "reason", "score", "value", "forecast"}, rows, 3) +
         more(rows.size(), all.size(), "alarms");
}

}  // namespace cortado::evaluate
