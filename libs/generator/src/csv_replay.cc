// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/csv_replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cortado/record/byte_source.h"
#include "cortado/record/csv_reader.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::generator {
namespace {

class CsvReplay final : public ReadingSource {
 public:
  CsvReplay(std::string path, const record::CsvOptions& csv, RejectSink* rejects)
      : path_(std::move(path)), csv_(csv), rejects_(rejects) {}

  base::Status open() {
    CORTADO_ASSIGN(auto bytes, record::open_file(path_));
    auto reader = record::MonitoringCsvReader::create(
        std::move(bytes), csv_, [this](const record::RejectedRow& row) { keep(row); });
    if (!reader.ok()) return reader.error().with_context(path_);
    reader_ = std::move(reader).value();
    return std::move(keep_status_);
  }

  base::Result<std::optional<Reading>> next() override {
    const auto more = reader_->next(record_);
    if (!more.ok()) return more.error().with_context(path_);
    if (!keep_status_.ok()) return keep_status_.error();
    if (!*more) return std::optional<Reading>();
    // The reader has refused rows whose device cannot be told.
    record::make_device_key(record_, key_);
    return std::optional<Reading>(
        {.key = key_, .record = &record_, .event_time = record::event_time(record_)});
  }

  base::Status reject(base::Error reason) override {
    reader_->reject(reason.message());
    return keep_status_;
  }

  base::Status rewind() override {
    rejected_before_ += reader_->rejected();
    rejects_ = nullptr;
    return open();
  }

  std::int64_t done() const override {
    return std::max<std::int64_t>(reader_->source().position(), 0);
  }
  std::int64_t total() const override {
    return std::max<std::int64_t>(reader_->source().size(), 0);
  }
  std::int64_t rejected() const override { return rejected_before_ + reader_->rejected(); }

 private:
  void keep(const record::RejectedRow& row) {
    if (rejects_ == nullptr || !keep_status_.ok()) return;
    keep_status_ = rejects_->reject(
        {.line = row.line, .reason = std::string(row.reason), .bytes = std::string(row.bytes)});
  }

  std::string path_;
  record::CsvOptions csv_;
  RejectSink* rejects_;
  std::optional<record::MonitoringCsvReader> reader_;
  record::MonitoringRecord record_;
  std::string key_;
  base::Status keep_status_;
  std::int64_t rejected_before_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<ReadingSource>> open_csv(const std::string& path,
                                                      const GeneratorConfig& config,
                                                      RejectSink* rejects) {
  auto replay = std::make_unique<CsvReplay>(path, config.csv, rejects);
  CORTADO_TRY(replay->open());
  return std::unique_ptr<ReadingSource>(std::move(replay));
}

}  // namespace cortado::generator
