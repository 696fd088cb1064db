// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "html.h"
#include "print.h"
#include "svg_chart.h"

namespace cortado::evaluate {
namespace {

constexpr double kLeft = 56;
constexpr std::size_t kColumns = 900;  // one a unit of the picture
constexpr double kTop = 8;
constexpr double kBottom = 150;
constexpr double kStripTop = 160;
constexpr double kStripBottom = 196;
constexpr double kHeight = 216;

/// What falls on one column of the picture.
struct Column {
  std::optional<double> first, last;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double score = 0;
  std::size_t alarms = 0;
  const ReportAlarm* worst = nullptr;
};

class Timeline {
 public:
  explicit Timeline(const ReportDevice& device)
      : device_(device), readings_(device.series.readings), columns_(kColumns) {
    find_span();
    for (std::size_t row = 0; row < readings_.size(); ++row) add(row);
    for (const ReportAlarm& alarm : device.alarms) add(alarm);
    if (!(low_ <= high_)) low_ = high_ = 0;
    if (low_ == high_) high_ = low_ + 1;
  }

  std::string draw(double threshold) const {
    std::string out;
    print(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kLeft + kColumns + 4, kHeight);
    draw_axes(out);
    draw_windows(out);
    draw_values(out);
    draw_scores(threshold, out);
    draw_marks(out);
    return out + "</svg>\n";
  }

 private:
  /// By time where every reading has one and they differ, else by row.
  void find_span() {
    by_time_ = !readings_.empty();
    for (const Reading& reading : readings_) {
      if (!reading.time) {
        by_time_ = false;
        break;
      }
      begin_ = &reading == &readings_.front() ? *reading.time : std::min(begin_, *reading.time);
      end_ = std::max(end_, *reading.time);
    }
    if (by_time_ && begin_ < end_) return;
    by_time_ = false;
    begin_ = 0;
    end_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(readings_.size()) - 1);
  }

  std::size_t column(std::size_t row) const {
    const std::int64_t at = by_time_ ? *readings_[row].time : static_cast<std::int64_t>(row);
    const double share = static_cast<double>(at - begin_) / static_cast<double>(end_ - begin_);
    return static_cast<std::size_t>(std::lround(share * (kColumns - 1)));
  }

  void add(std::size_t row) {
    Column& column = columns_[this->column(row)];
    column.score = std::max(column.score, device_.scores[row]);
    const auto& value = readings_[row].value;
    if (!value || !std::isfinite(*value)) return;
    if (!column.first) column.first = value;
    column.last = value;
    column.low = std::min(column.low, *value);
    column.high = std::max(column.high, *value);
    low_ = std::min(low_, *value);
    high_ = std::max(high_, *value);
  }

  void add(const ReportAlarm& alarm) {
    Column& column = columns_[this->column(alarm.row)];
    ++column.alarms;
    if (column.worst == nullptr || device_.scores[alarm.row] > device_.scores[column.worst->row])
      column.worst = &alarm;
  }

  double y(double value) const {
    return kBottom - (kBottom - kTop) * (value - low_) / (high_ - low_);
  }
  static double x(std::size_t column) { return kLeft + static_cast<double>(column); }

  std::string place(std::size_t row) const {
    return by_time_ ? time_text(readings_[row].time) : "record " + std::to_string(row + 1);
  }

  void draw_axes(std::string& out) const {
    for (int i = 0; i <= 2; ++i) {
      const double value = low_ + (high_ - low_) * i / 2;
      print(out, "<path class=\"axis\" d=\"M%.0f %.1fH%.0f\"/>", kLeft, y(value), kLeft + kColumns);
      print(out, "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", kLeft - 6,
            y(value) + 4, short_number(value).c_str());
    }
    constexpr const char* kAnchors[] = {"start", "middle", "end"};
    for (int i = 0; i <= 2; ++i) {
      const std::int64_t at = begin_ + (end_ - begin_) * i / 2;
      print(out, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"%s\">%s</text>",
            kLeft + kColumns * i / 2.0, kHeight - 4, kAnchors[i],
            by_time_ ? time_text(at).c_str() : std::to_string(at + 1).c_str());
    }
    print(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">score</text>", kLeft - 6,
          kStripBottom);
  }

  void draw_windows(std::string& out) const {
    for (const Window& window : device_.series.windows) {
      const double left = x(column(window.first));
      print(out, "<rect class=\"window\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\">",
            left - 1, kTop, std::max(2.0, x(column(window.last)) - left + 2), kBottom - kTop);
      out += "<title>" +
             escape("labelled " + window.fault + " from " + place(window.first) + " to " +
                    place(window.last)) +
             "</title></rect>";
    }
  }

  void draw_values(std::string& out) const {
    out += "<path class=\"value\" d=\"";
    char command = 'M';
    for (std::size_t i = 0; i < kColumns; ++i) {
      const Column& column = columns_[i];
      if (!column.first) continue;
      print(out, "%c%.0f %.1f", command, x(i), y(*column.first));
      if (column.low < column.high)
        print(out, "V%.1fV%.1fV%.1f", y(column.low), y(column.high), y(*column.last));
      command = 'L';
    }
    out += "\"/>";
  }

  void draw_scores(double threshold, std::string& out) const {
    const auto strip = [](double score) {
      return kStripBottom - (kStripBottom - kStripTop) * std::clamp(score, 0.0, 1.0);
    };
    out += "<path class=\"strip\" d=\"";
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (columns_[i].score > 0)
        print(out, "M%.0f %.0fV%.1f", x(i), kStripBottom, strip(columns_[i].score));
    }
    out += "\"/>";
    print(out, "<path class=\"cut\" d=\"M%.0f %.1fH%.0f\"/>", kLeft, strip(threshold),
          kLeft + kColumns);
  }

  void draw_marks(std::string& out) const {
    for (std::size_t i = 0; i < kColumns; ++i) {
      const Column& column = columns_[i];
      if (column.worst == nullptr) continue;
      const std::size_t row = column.worst->row;
      const double value = readings_[row].value.value_or(low_);
      print(out, "<circle class=\"mark\" cx=\"%.0f\" cy=\"%.1f\" r=\"3\">", x(i), y(value));
      std::string title = place(row) + ": value " + short_number(value) + ", score " +
                          short_number(device_.scores[row]);
      if (!column.worst->reason.empty()) title += ", " + column.worst->reason;
      if (column.alarms > 1) title += " (" + std::to_string(column.alarms) + " alarms here)";
      out += "<title>" + escape(title) + "</title></circle>";
    }
  }

  const ReportDevice& device_;
  const std::vector<Reading>& readings_;
  std::vector<Column> columns_;
  bool by_time_ = false;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

std::string draw_timeline(const ReportDevice& device, double threshold) {
  return Timeline(device).draw(threshold);
}

}  // namespace cortado::evaluate
