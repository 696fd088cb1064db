// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/record/csv_reader.h"
#include "cortado/record/utf8.h"

namespace cortado::record {
namespace {

constexpr std::size_t kReadBytes = 1 << 16;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Where a scan stands within a row.
enum class Place { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };

Place step(Place place, char c, char separator) {
  if (place == Place::kQuoted) return c == '"' ? Place::kQuoteInQuoted : Place::kQuoted;
  if (c == separator) return Place::kFieldStart;
  if (c != '"') return Place::kPlain;
  return place == Place::kPlain ? Place::kPlain : Place::kQuoted;
}

std::string_view without_line_end(std::string_view row) {
  if (!row.empty() && row.back() == '\n') row.remove_suffix(1);
  if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
  return row;
}

}  // namespace

CsvRows::CsvRows(std::unique_ptr<ByteSource> source, const CsvOptions& options,
                 RejectHandler reject)
    : source_(std::move(source)), options_(options), reject_(std::move(reject)) {}

base::Result<bool> CsvRows::next() {
  if (!started_) CORTADO_TRY(skip_byte_order_mark());
  while (true) {
    CORTADO_ASSIGN(const Ending ending, find_row());
    if (ending == Ending::kEnd) return false;
    if (ending == Ending::kOpenQuote) {
      CORTADO_TRY(reject_first_line("a quote is opened and never closed"));
    } else if (ending == Ending::kTooLong) {
      CORTADO_TRY(reject_first_line("the row is too long"));
    } else if (!split_row()) {
      CORTADO_TRY(reject_first_line(problem_));
    } else {
      begin_ = row_end_;
      line_ += row_lines_;
      if (!row_.empty()) return true;
    }
  }
}

/// Find the next row without taking it, or say why there is none.
base::Result<CsvRows::Ending> CsvRows::find_row() {
  Place place = Place::kFieldStart;
  std::int64_t lines = 1;
  for (std::size_t scanned = 0;; ++scanned) {
    if (begin_ + scanned == buffer_.size()) {
      if (scanned > options_.max_row_bytes) return Ending::kTooLong;
      CORTADO_ASSIGN(const bool more, fill());
      if (!more && scanned == 0) return Ending::kEnd;
      if (!more && place == Place::kQuoted) return Ending::kOpenQuote;
      if (!more) return row_found(begin_ + scanned, lines);
    }
    const char c = buffer_[begin_ + scanned];
    if (c == '\n' && place != Place::kQuoted) return row_found(begin_ + scanned + 1, lines);
    if (c == '\n') ++lines;
    // A carriage return behind a closing quote belongs to the line's end.
    if (c != '\r' || place != Place::kQuoteInQuoted) place = step(place, c, options_.separator);
  }
}

CsvRows::Ending CsvRows::row_found(std::size_t end, std::int64_t lines) {
  row_ = without_line_end(std::string_view(buffer_).substr(begin_, end - begin_));
  row_end_ = end;
  row_line_ = line_;
  row_lines_ = lines;
  return row_.size() > options_.max_row_bytes ? Ending::kTooLong : Ending::kRow;
}

/// Read more behind what is not taken yet; false at the end of the source.
base::Result<bool> CsvRows::fill() {
  if (source_ended_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kReadBytes);
  const auto count = source_->read(buffer_.data() + old, kReadBytes);
  buffer_.resize(old + (count.ok() ? *count : 0));
  CORTADO_TRY(count);
  source_ended_ = *count == 0;
  return !source_ended_;
}

base::Status CsvRows::skip_byte_order_mark() {
  started_ = true;
  bool more = true;
  while (more && buffer_.size() < kByteOrderMark.size()) {
    CORTADO_ASSIGN(more, fill());
  }
  if (std::string_view(buffer_).starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  return {};
}

bool CsvRows::split_row() {
  fields_.clear();
  unquoted_size_ = 0;
  if (unquoted_.size() < row_.size()) unquoted_.resize(row_.size());
  if (!is_utf8(row_)) {
    problem_ = "the row is not UTF-8";
    return false;
  }
  std::size_t at = 0;
  while (split_field(at)) {
    if (at == row_.size()) return true;
    ++at;  // the separator
  }
  return false;
}

/// Take one field from `at` on and leave `at` on the separator behind it, or on the row's end.
bool CsvRows::split_field(std::size_t& at) {
  if (at < row_.size() && row_[at] == '"') return split_quoted_field(at);
  const std::size_t end = std::min(row_.find(options_.separator, at), row_.size());
  const std::string_view field = row_.substr(at, end - at);
  fields_.push_back(field);
  at = end;
  if (field.find('"') == std::string_view::npos) return true;
  problem_ = "a quote stands inside a field that is not quoted";
  return false;
}

bool CsvRows::split_quoted_field(std::size_t& at) {
  const std::size_t begin = unquoted_size_;
  bool doubled = false;
  std::size_t from = at + 1;
  std::size_t quote = row_.find('"', from);
  const std::size_t first = from;
  for (; quote + 1 < row_.size() && row_[quote + 1] == '"'; quote = row_.find('"', from)) {
    doubled = true;
    unquoted_size_ += row_.copy(unquoted_.data() + unquoted_size_, quote + 1 - from, from);
    from = quote + 2;
  }
  at = quote + 1;
  if (at < row_.size() && row_[at] != options_.separator) {
    problem_ = "something stands between a closing quote and the separator";
    return false;
  }
  if (doubled) {
    unquoted_size_ += row_.copy(unquoted_.data() + unquoted_size_, quote - from, from);
    fields_.push_back(std::string_view(unquoted_).substr(begin, unquoted_size_ - begin));
  } else {
    fields_.push_back(row_.substr(first, quote - first));
  }
  return true;
}

void CsvRows::reject_bytes(std::string_view bytes, std::string_view reason) {
  ++rejected_;
  if (reject_) reject_({row_line_, reason, bytes});
}

/// Reject the line at begin_ alone: the ones after it may be good.
base::Status CsvRows::reject_first_line(std::string_view reason) {
  row_line_ = line_;
  problem_ = reason;
  std::size_t end = buffer_.find('\n', begin_);
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  const std::string_view line = rest.substr(0, end == std::string::npos ? end : end - begin_ + 1);
  reject_bytes(without_line_end(line).substr(0, options_.max_row_bytes), reason);
  while (end == std::string::npos) {
    begin_ = buffer_.size();
    CORTADO_ASSIGN(const bool more, fill());
    if (!more) return {};
    end = buffer_.find('\n');
  }
  begin_ = end + 1;
  ++line_;
  return {};
}

}  // namespace cortado::record
