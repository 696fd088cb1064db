// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <limits>

#include "app_config.h"
#include "commands.h"
#include "dlq/letter_print.h"
#include "dlq/letter_replay.h"
#include "dlq/letter_selection.h"
#include "dlq/letter_table.h"
#include "json_line.h"

namespace cortado::app {
namespace {

constexpr std::int64_t kShown = 10;

/// Bytes may hold zeros.
void put(const std::string& bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }

std::int64_t limit_of(const DlqOptions& options, std::int64_t otherwise) {
  return options.count > 0 ? options.count : otherwise;
}

void tell_foreign(const LetterCounts& counts) {
  if (counts.foreign == 0) return;
  std::fprintf(stderr, "cortado: passed over %lld records that are no dead letters of Cortado's\n",
               static_cast<long long>(counts.foreign));
}

base::Result<ExitCode> list(const CommandLine& line, const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(auto fields, parse_fields(line.dlq.by));
  LetterTable table(std::move(fields));
  const auto limit = limit_of(line.dlq, std::numeric_limits<std::int64_t>::max());
  CORTADO_ASSIGN(const LetterCounts counts,
                 read_letters(config, line.dlq, limit, [&](const FoundLetter& found) {
                   table.add(found);
                   return base::Status();
                 }));
  put(line.json ? table.to_json_lines() : table.to_text());
  tell_foreign(counts);
  return ExitCode::kOk;
}

base::Result<ExitCode> show(const CommandLine& line, const kafka::KafkaConfig& config) {
  const auto limit = limit_of(line.dlq, line.dlq.raw ? 1 : kShown);
  bool first = true;
  CORTADO_ASSIGN(const LetterCounts counts,
                 read_letters(config, line.dlq, limit, [&](const FoundLetter& found) {
                   if (line.dlq.raw) {
                     put(std::string(found.letter.original.value.value_or("")));
                   } else if (line.json) {
                     put(to_json(found) + "\n");
                   } else {
                     put((first ? "" : "\n") + to_text(found));
                   }
                   first = false;
                   return base::Status();
                 }));
  tell_foreign(counts);
  if (counts.selected > 0) return ExitCode::kOk;
  return base::Error(base::ErrorCode::kNotFound, "no dead letter matches");
}

std::string describe(const ReplayTarget& target, const FoundLetter& found) {
  const base::RawRecord& original = found.letter.original;
  JsonLine line;
  line.number("partition", found.record.partition.get())
      .number("offset", found.record.offset.get())
      .text("to", target.topic);
  if (target.partition) line.number("toPartition", target.partition->get());
  line.number("keyBytes", static_cast<std::int64_t>(original.key.value_or("").size()))
      .number("valueBytes", static_cast<std::int64_t>(original.value.value_or("").size()))
      .number("headers", static_cast<std::int64_t>(original.headers.size()))
      .text("stage", found.letter.stage)
      .text("reason", found.letter.reason);
  return line.str() + "\n";
}

void tell(const CommandLine& line, const ReplayCounts& done, const LetterCounts& counts) {
  std::string next = "{";
  for (const auto& [partition, offset] : done.next) {
    next += (next.size() > 1 ? ",\"" : "\"") + std::to_string(partition) +
            "\":" + std::to_string(offset);
  }
  JsonLine summary;
  summary.text("command", "dlq replay")
      .boolean("dry_run", line.dlq.dry_run)
      .number("sent", line.dlq.dry_run ? 0 : done.sent)
      .number("would_send", line.dlq.dry_run ? done.sent : 0)
      .number("lost", done.lost)
      .number("foreign", counts.foreign)
      .raw("next", next + "}");
  if (line.json) put(summary.str() + "\n");
  std::fprintf(stderr, "cortado: %s %lld records back; %lld letters hold no value to send\n",
               line.dlq.dry_run ? "would send" : "sent", static_cast<long long>(done.sent),
               static_cast<long long>(done.lost));
}

base::Result<ExitCode> replay(const CommandLine& line, const kafka::KafkaConfig& config) {
  if (!line.dlq.all && !line.dlq.selects()) {
    return base::Error(
        base::ErrorCode::kInvalidConfig,
        "dlq replay sends records again: select some (-p, -o, --until, -c, "
        "--stage, --reason, --source) or say --all; --dry-run shows what would be sent");
  }
  CORTADO_ASSIGN(const auto replay, LetterReplay::create(config, line.dlq));
  const auto limit = limit_of(line.dlq, std::numeric_limits<std::int64_t>::max());
  CORTADO_ASSIGN(
      const LetterCounts counts,
      read_letters(config, line.dlq, limit, [&](const FoundLetter& found) -> base::Status {
        CORTADO_ASSIGN(const auto target, replay->take(found));
        if (target && line.dlq.dry_run) put(describe(*target, found));
        return {};
      }));
  CORTADO_TRY(replay->finish());
  tell(line, replay->counts(), counts);
  tell_foreign(counts);
  return replay->counts().lost > 0 ? ExitCode::kBadData : ExitCode::kOk;
}

base::Result<ExitCode> run(const CommandLine& line, const kafka::KafkaConfig& config) {
  CORTADO_TRY(kafka::validate(config));
  switch (line.dlq.view) {
    case DlqView::kList:
      return list(line, config);
    case DlqView::kShow:
      return show(line, config);
    case DlqView::kReplay:
      return replay(line, config);
  }
  return ExitCode::kUsage;
}

}  // namespace

ExitCode run_dlq(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const auto done = run(line, config.kafka);
  return done.ok() ? *done : report(done.error(), *loaded);
}

}  // namespace cortado::app
