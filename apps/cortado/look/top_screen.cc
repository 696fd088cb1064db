// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "look/top_screen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "cortado/dashboard/api_client.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

using dashboard::ApiTable;
using dashboard::JsonValue;

/// Lanes that a terminal shows at most; a worker may have hundreds.
constexpr std::size_t kLanes = 6;

std::string number(const JsonValue& value, int digits) {
  if (value.kind() != JsonValue::Kind::kNumber) return "-";
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value.number());
  return text.data();
}

/// Six digits that count, as people read measurements.
std::string measure(const JsonValue& value) {
  if (value.kind() != JsonValue::Kind::kNumber) return "-";
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value.number());
  return text.data();
}

std::string kibibytes(const JsonValue& bytes) {
  return bytes.is_null() ? "-" : std::to_string(static_cast<long>(bytes.number()) / 1024) + " KiB";
}

/// "3s", "12m", "5h", "4d"
std::string age(double ms) {
  const double seconds = std::max(0.0, ms / 1000);
  if (seconds < 120) return std::to_string(static_cast<long>(seconds)) + "s";
  if (seconds < 7'200) return std::to_string(static_cast<long>(seconds / 60)) + "m";
  if (seconds < 172'800) return std::to_string(static_cast<long>(seconds / 3'600)) + "h";
  return std::to_string(static_cast<long>(seconds / 86'400)) + "d";
}

std::string since(const JsonValue& time, double now) {
  return time.is_null() ? "-" : age(now - time.number());
}

std::string state(const ApiTable& devices, std::size_t row, const JsonValue& warm_up) {
  const std::string& name = devices.at(row, "state").text();
  if (name != "warming" || warm_up.number() <= 0) return name;
  return name + " " + number(devices.at(row, "modelAge"), 0) + "/" + number(warm_up, 0);
}

/// An enriched topic is shown; the engine is elsewhere, if there is one.
bool is_view(const TopAnswers& answers) { return answers.info["role"].text() == "view"; }

/// How fast the engine is; a view has none.
std::string speed(const TopAnswers& answers) {
  if (is_view(answers)) return "";
  const JsonValue& engine = answers.engine;
  return "  input " + number(engine["inputRate"], 0) + "/s  processing " +
         number(engine["processingRate"], 0) + "/s  scheduling delay " +
         number(engine["schedulingDelay"], 1) + " ms  processing time " +
         number(engine["processingTime"], 1) + " ms";
}

std::string head(const TopAnswers& answers) {
  const JsonValue& info = answers.info;
  const JsonValue& engine = answers.engine;
  std::string out = "cortado " + info["version"].text() + "  ";
  out += info["inputTopic"].text().empty() ? "" : info["inputTopic"].text() + " -> ";
  out += info["outputTopic"].text() + "  ";
  out += info["ready"].boolean() ? "ready" : "NOT READY: " + info["reason"].text();
  out = without_controls(out) + "\n";
  if (is_view(answers))
    out += "an enriched topic is shown here: no engine, so no rates, no batches\n";
  out += "partitions " + number(info["partitionsOwned"], 0) + " of " +
         number(info["partitionsTotal"], 0) + speed(answers) + "\n";
  const JsonValue& totals = answers.devices["totals"];
  out += "records " + number(totals["records"], 0) + "  alarms " + number(totals["alarms"], 0) +
         "  dead letters " + number(engine["deadLetters"], 0) + "  errors " +
         number(engine["errors"], 0) + "  devices " + number(totals["devices"], 0);
  for (const char* name : {"alerting", "silent", "invalid", "warming", "evicted"}) {
    if (totals["states"][name].number() > 0)
      out += std::string("  ") + name + " " + number(totals["states"][name], 0);
  }
  return out + "\n";
}

/// Why there are no lanes.
std::string no_lanes(const TopAnswers& answers) {
  if (is_view(answers))
    return "no partition is read yet: the topic has none, or none that matches\n";
  return "no partition is assigned yet: the group hands them out, and more workers than partitions "
         "leave some without\n";
}

/// The lanes that do not run, and then those that are furthest behind.
std::string lanes(const TopAnswers& answers, std::size_t limit) {
  const ApiTable table(answers.partitions);
  if (table.rows() == 0) return no_lanes(answers);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < table.rows(); ++i) order.push_back(i);
  const auto rank = [&](std::size_t i) {
    return table.at(i, "state").text() == "running" ? table.at(i, "lag").number() : HUGE_VAL;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
  TextColumns columns;
  columns.add({"PARTITION", "STATE", "LAG", "BEHIND", "DEVICES", "RECORDS", "SNAPSHOT", "REASON"});
  for (std::size_t i = 0; i < std::min(order.size(), limit); ++i) {
    const std::size_t row = order[i];
    const JsonValue& snapshot = table.at(row, "snapshotAge");
    const JsonValue& behind = table.at(row, "lagSeconds");
    columns.add({number(table.at(row, "partition"), 0), table.at(row, "state").text(),
                 number(table.at(row, "lag"), 0), behind.is_null() ? "-" : number(behind, 1) + "s",
                 number(table.at(row, "devices"), 0), number(table.at(row, "records"), 0),
                 snapshot.is_null() ? "-" : age(snapshot.number()),
                 table.at(row, "reason").text()});
  }
  if (order.size() <= limit) return columns.str();
  return columns.str() + "and " + std::to_string(order.size() - limit) + " more\n";
}

std::string devices(const TopAnswers& answers, std::size_t limit) {
  const ApiTable table(answers.devices);
  if (table.rows() == 0) return "no device yet: they appear with their first record\n";
  const double now = answers.info["now"].number();
  TextColumns columns;
  columns.add({"DEVICE", "STATE", "VALUE", "ANOMALY", "SCORE", "SEEN", "RECORDS", "ALARMS",
               "LAST ALARM", "MEMORY", "REASON"});
  for (std::size_t row = 0; row < std::min(table.rows(), limit); ++row) {
    columns.add({table.at(row, "device").text(), state(table, row, answers.info["warmUp"]),
                 measure(table.at(row, "value")), number(table.at(row, "anomaly"), 2),
                 number(table.at(row, "score"), 2), since(table.at(row, "seen"), now),
                 number(table.at(row, "records"), 0), number(table.at(row, "alarms"), 0),
                 number(table.at(row, "lastAnomalySequence"), 0),
                 kibibytes(table.at(row, "modelBytes")), table.at(row, "reason").text()});
  }
  return columns.str();
}

/// Return the first characters of a line.
std::string_view cut(std::string_view line, std::size_t columns) {
  std::size_t size = 0;
  for (std::size_t taken = 0; size < line.size(); ++size) {
    const bool begins = (static_cast<unsigned char>(line[size]) & 0xc0) != 0x80;
    if (begins && ++taken > columns) break;
  }
  return line.substr(0, size);
}

std::string fit(const std::string& text, std::size_t rows, std::size_t columns) {
  std::string out;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size() && (rows == 0 || lines < rows); ++lines) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    out.append(columns > 0 ? cut(line, columns) : line).append("\n");
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string draw_top(const TopAnswers& answers, std::size_t rows, std::size_t columns) {
  std::string out = head(answers) + "\n" + lanes(answers, rows == 0 ? SIZE_MAX : kLanes) + "\n";
  const auto used = static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n')) + 1;
  const std::size_t left = rows == 0 ? SIZE_MAX : (rows > used ? rows - used : 0);
  return fit(out + devices(answers, left), rows, columns);
}

}  // namespace cortado::app
