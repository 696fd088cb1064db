// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <functional>
#include <limits>
#include <set>
#include <string>

#include "app_config.h"
#include "commands.h"
#include "dlq/letter_print.h"
#include "dlq/letter_replay.h"
#include "dlq/letter_selection.h"
#include "dlq/letter_table.h"
#include "json_line.h"
#include "text_columns.h"

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

/// Named in the letters; of old letters the empty name.
using Groups = std::set<std::string, std::less<>>;

void note_group(const FoundLetter& found, Groups& groups) {
  if (!groups.contains(found.letter.group)) groups.emplace(found.letter.group);
}

/// Return the names, or nothing where they are not of several groups.
std::string several(const Groups& groups) {
  if (groups.size() - groups.count("") < 2) return {};
  std::string names;
  for (const std::string& group : groups) {
    if (!group.empty()) names += (names.empty() ? "" : ", ") + without_controls(group);
  }
  return names;
}

base::Result<ExitCode> list(const CommandLine& line, const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(auto fields, parse_fields(line.dlq.by));
  LetterTable table(std::move(fields));
  Groups groups;
  const auto limit = limit_of(line.dlq, std::numeric_limits<std::int64_t>::max());
  CORTADO_ASSIGN(const LetterCounts counts,
                 read_letters(config, line.dlq, limit, [&](const FoundLetter& found) {
                   note_group(found, groups);
                   table.add(found);
                   return base::Status();
                 }));
  put(line.json ? table.to_json_lines() : table.to_text());
  if (const std::string names = several(groups); !names.empty()) {
    std::fprintf(stderr, "cortado: the letters are of several groups: %s (--by group, --group)\n",
                 names.c_str());
  }
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
  if (!found.letter.group.empty()) line.text("group", found.letter.group);
  return line.str() + "\n";
}

/// Where to go on, as an object and as the flags that say so.
struct GoOn {
  std::string json = "{";
  std::string flags;
};

GoOn go_on(const ReplayCounts& done) {
  GoOn next;
  for (const auto& [partition, offset] : done.next) {
    const std::string number = std::to_string(partition);
    const std::string at = std::to_string(offset);
    next.json.append(next.json.size() > 1 ? ",\"" : "\"").append(number).append("\":").append(at);
    next.flags.append(next.flags.empty() ? "; next: " : ", ");
    next.flags.append("-p ").append(number).append(" -o ").append(at);
  }
  next.json += '}';
  return next;
}

void tell(const CommandLine& line, const ReplayCounts& done, std::int64_t foreign, bool complete) {
  const GoOn next = go_on(done);
  JsonLine summary;
  summary.text("command", "dlq replay")
      .boolean("dry_run", line.dlq.dry_run)
      .boolean("complete", complete)
      .number("sent", line.dlq.dry_run ? 0 : done.sent)
      .number("would_send", line.dlq.dry_run ? done.sent : 0)
      .number("lost", done.lost)
      .number("repeats", done.repeats)
      .number("foreign", foreign)
      .raw("next", next.json);
  if (done.ahead > 0) summary.number("ahead", done.ahead);
  if (line.json) put(summary.str() + "\n");
  std::string ahead;
  if (done.ahead > 0) ahead = "; " + std::to_string(done.ahead) + " of them are behind next";
  std::string repeats;
  if (done.repeats > 0) repeats = "; " + std::to_string(done.repeats) + " letters repeat a record";
  std::fprintf(stderr, "cortado: %s %lld records back%s; %lld letters hold no value to send%s%s\n",
               line.dlq.dry_run ? "would send" : "sent", static_cast<long long>(done.sent),
               ahead.c_str(), static_cast<long long>(done.lost), repeats.c_str(),
               next.flags.c_str());
}

base::Status check_selection(const DlqOptions& options) {
  if (options.all || options.selects()) return {};
  return base::Error(
      base::ErrorCode::kInvalidConfig,
      "dlq replay sends records again: select some (-p, -o, --until, -c, "
      "--stage, --reason, --source, --group) or say --all; --dry-run shows what would be sent");
}

/// Letters of several groups are mostly of the same records. Only who names the groups gets them as
/// one: a replay that goes on elsewhere knows nothing of what this one has sent.
base::Status check_groups(const CommandLine& line, const kafka::KafkaConfig& config,
                          std::int64_t limit) {
  if (!line.dlq.groups.empty()) return {};
  Groups groups;
  CORTADO_TRY(read_letters(config, line.dlq, limit, [&](const FoundLetter& found) {
    note_group(found, groups);
    return base::Status();
  }));
  const std::string names = several(groups);
  if (names.empty()) return {};
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "the letters are of several groups (" + names +
                         "), which may have refused the same records: say whose by --group; given "
                         "several times, each record is sent once");
}

base::Result<ExitCode> replay(const CommandLine& line, const kafka::KafkaConfig& config) {
  CORTADO_TRY(check_selection(line.dlq));
  const auto limit = limit_of(line.dlq, std::numeric_limits<std::int64_t>::max());
  CORTADO_TRY(check_groups(line, config, limit));
  CORTADO_ASSIGN(const auto replay, LetterReplay::create(config, line.dlq));
  const auto counts =
      read_letters(config, line.dlq, limit, [&](const FoundLetter& found) -> base::Status {
        CORTADO_ASSIGN(const auto target, replay->take(found));
        if (target && line.dlq.dry_run) put(describe(*target, found));
        return {};
      });
  // Whatever ended it: what is sent stays sent, so it is told before the error is.
  const base::Status finished = replay->finish();
  const bool complete = counts.ok() && finished.ok();
  if (complete || !replay->counts().next.empty())
    tell(line, replay->counts(), counts.ok() ? counts->foreign : 0, complete);
  CORTADO_TRY(counts);
  CORTADO_TRY(finished);
  tell_foreign(*counts);
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
