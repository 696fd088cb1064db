// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/files/csv_lane_log.h"

#include <algorithm>

#include "cortado/base/option.h"
#include "cortado/files/csv_source.h"
#include "cortado/record/csv_writer.h"
#include "output_file.h"

namespace cortado::files {
namespace {

std::string_view header(const base::RawRecord& record, std::string_view name) {
  const auto found = std::find_if(record.headers.begin(), record.headers.end(),
                                  [name](const auto& each) { return each.key == name; });
  return found == record.headers.end() ? std::string_view() : found->value.value_or("");
}

record::EnrichedCsvWriter make_writer(const std::vector<std::string>& columns) {
  return columns.empty() ? record::EnrichedCsvWriter() : record::EnrichedCsvWriter(columns);
}

class FactoryImpl final : public CsvLogFactory {
 public:
  FactoryImpl(const CsvLogConfig& config, RejectSink rejects)
      : writer_(make_writer(config.columns)), rejects_(std::move(rejects)) {}

  base::Status open(const std::string& path) {
    CORTADO_TRY(file_.open(path));
    std::string titles;
    writer_.append_header(titles);
    return file_.write(titles);
  }

  base::Result<std::unique_ptr<stream::LaneLog>> create(const base::TopicPartition&) override;
  std::int64_t rows_written() const override { return rows_; }
  std::int64_t dead_letters() const override { return dead_letters_; }
  base::Status close() override { return file_.close(); }

  base::Status append(std::string_view enriched, std::string& out) {
    return writer_.append(enriched, out);
  }

  base::Status write(const std::string& bytes, std::int64_t rows) {
    CORTADO_TRY(file_.write(bytes));
    CORTADO_TRY(file_.flush());
    rows_ += rows;
    return {};
  }

  base::Status reject(const base::RawRecord& input, const base::Outcome& outcome) {
    ++dead_letters_;
    if (!rejects_) return {};
    const auto line = base::parse_integer(header(input, kLineHeader));
    const std::string reason = outcome.stage + ": " + outcome.reason;
    return rejects_(
        {.line = line.ok() ? *line : 0, .reason = reason, .bytes = header(input, kRowHeader)});
  }

 private:
  OutputFile file_;
  record::EnrichedCsvWriter writer_;
  RejectSink rejects_;
  std::int64_t rows_ = 0;
  std::int64_t dead_letters_ = 0;
};

class CsvLaneLog final : public stream::LaneLog {
 public:
  explicit CsvLaneLog(FactoryImpl& factory) : factory_(factory) {}

  base::Result<stream::LanePosition> position() override { return stream::LanePosition{}; }

  base::Status begin() override { return abort(); }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    if (outcome.kind == base::OutcomeKind::kDeadLetter) return factory_.reject(input, outcome);
    if (outcome.kind == base::OutcomeKind::kIgnored) return {};
    ++pending_;
    return factory_.append(outcome.value, rows_);
  }

  base::Result<stream::CommitResult> commit(base::Offset, std::string_view) override {
    CORTADO_TRY(factory_.write(rows_, pending_));
    return stream::CommitResult::kCommitted;
  }

  base::Status abort() override {
    rows_.clear();
    pending_ = 0;
    return {};
  }

 private:
  FactoryImpl& factory_;
  std::string rows_;  ///< since begin()
  std::int64_t pending_ = 0;
};

base::Result<std::unique_ptr<stream::LaneLog>> FactoryImpl::create(const base::TopicPartition&) {
  return std::unique_ptr<stream::LaneLog>(std::make_unique<CsvLaneLog>(*this));
}

}  // namespace

base::Result<std::unique_ptr<CsvLogFactory>> CsvLogFactory::open(const CsvLogConfig& config,
                                                                 RejectSink rejects) {
  auto factory = std::make_unique<FactoryImpl>(config, std::move(rejects));
  CORTADO_TRY(factory->open(config.path));
  return std::unique_ptr<CsvLogFactory>(std::move(factory));
}

}  // namespace cortado::files
