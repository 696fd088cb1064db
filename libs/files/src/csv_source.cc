// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/files/csv_source.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "row_reader.h"

namespace cortado::files {
namespace {

class CsvSourceImpl final : public CsvSource {
 public:
  CsvSourceImpl(const CsvSourceConfig& config, RejectSink rejects, ProgressHook progress)
      : partition_{config.path, base::Partition(0)},
        rejects_(std::move(rejects)),
        progress_(std::move(progress)) {}

  base::Status open(const CsvSourceConfig& config) {
    CORTADO_ASSIGN(reader_,
                   open_rows(config, [this](const record::RejectedRow& row) { reject(row); }));
    return {};
  }

  base::Status start(stream::AssignmentListener& listener) override {
    listener_ = &listener;
    return {};
  }

  base::Result<stream::SourceState> poll(std::chrono::milliseconds, std::size_t limit,
                                         stream::RecordReceiver& receiver) override {
    if (!assigned_) {
      assigned_ = true;
      listener_->assigned(std::span(&partition_, 1));
    }
    for (std::size_t i = 0; i < limit && !finished_; ++i) {
      const auto found = reader_->next(value_);
      CORTADO_TRY(rejected_);
      if (!found.ok()) broken_ = found.error();
      finished_ = !found.ok() || !*found;
      if (!finished_) deliver(receiver);
    }
    if (progress_) progress_(reader_->source().position(), reader_->source().size());
    return finished_ ? stream::SourceState::kFinished : stream::SourceState::kOpen;
  }

  base::Status seek(const base::TopicPartition& partition, base::Offset next) override {
    if (partition == partition_ && next.get() == rows_) return {};
    return base::Error(base::ErrorCode::kNotFound,
                       partition_.topic + " is read once from front to back and stands at row " +
                           std::to_string(rows_) + ", not " + std::to_string(next.get()));
  }

  /// A file has no need of either: it delivers only when polled.
  base::Status pause(const base::TopicPartition&) override { return unsupported(); }
  base::Status resume(const base::TopicPartition&) override { return unsupported(); }

  base::Result<stream::Watermarks> watermarks(const base::TopicPartition&) override {
    const std::int64_t end = finished_ ? rows_ : std::numeric_limits<std::int64_t>::max();
    return stream::Watermarks{base::Offset(rows_), base::Offset(end)};
  }

  base::Result<base::Offset> first_offset(const base::TopicPartition&) override {
    return base::Offset(rows_);
  }

  bool owns(const base::TopicPartition&) override { return true; }

  base::Result<int> partition_count() override { return 1; }

  void close() override {
    if (assigned_) listener_->revoked(std::span(&partition_, 1));
    assigned_ = false;
  }

  std::int64_t rows_read() const override { return rows_; }
  std::int64_t rows_rejected() const override { return reader_->rejected(); }
  base::Status ended() const override {
    if (broken_ || finished_) return broken_ ? base::Status(*broken_) : base::Status();
    return base::Error(base::ErrorCode::kUnavailable,
                       "stopped before the end of " + partition_.topic + ": " +
                           std::to_string(rows_) + " rows were read");
  }
  std::vector<std::string> columns() const override { return reader_->columns(); }

 private:
  static base::Error unsupported() {
    return base::Error(base::ErrorCode::kUnsupported, "a CSV file cannot be paused");
  }

  void deliver(stream::RecordReceiver& receiver) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), reader_->line());
    const std::string_view line(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
    const std::array<base::RawHeader, 2> headers = {
        {{kLineHeader, line}, {kRowHeader, reader_->bytes()}}};
    base::RawRecord record;
    record.topic = partition_.topic;
    record.partition = partition_.partition;
    record.offset = base::Offset(rows_++);
    record.value = value_;
    record.headers = headers;
    receiver.receive(record);
  }

  void reject(const record::RejectedRow& row) {
    if (rejects_ && rejected_.ok()) rejected_ = rejects_(row);
  }

  const base::TopicPartition partition_;
  RejectSink rejects_;
  ProgressHook progress_;
  std::unique_ptr<RowReader> reader_;
  stream::AssignmentListener* listener_ = nullptr;
  std::string value_;
  base::Status rejected_;              ///< what the sink said
  std::optional<base::Error> broken_;  ///< why it cannot be read on
  std::int64_t rows_ = 0;
  bool assigned_ = false;
  bool finished_ = false;
};

}  // namespace

base::Result<std::unique_ptr<CsvSource>> CsvSource::open(const CsvSourceConfig& config,
                                                         RejectSink rejects,
                                                         ProgressHook progress) {
  auto source = std::make_unique<CsvSourceImpl>(config, std::move(rejects), std::move(progress));
  CORTADO_TRY(source->open(config));
  return std::unique_ptr<CsvSource>(std::move(source));
}

}  // namespace cortado::files
