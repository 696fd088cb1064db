// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/generator.h"

#include <chrono>

namespace cortado::generator {
namespace {

/// One call of generate().
class Run {
 public:
  Run(const GeneratorConfig& config, ReadingSource& source, RecordSink& sink, base::Clock& clock,
      const ProgressCallback& progress, Pacer pacer)
      : config_(config),
        source_(source),
        sink_(sink),
        clock_(clock),
        progress_(progress),
        pacer_(pacer),
        meter_(clock),
        start_(clock.steady()) {}

  base::Result<GeneratorTotals> run(const std::stop_token& stop) {
    const base::Status sent = send_all(stop);
    const base::Status flushed = sink_.flush();
    report(true);  // after a failure, too: what was sent before it is there
    CORTADO_TRY(sent);
    CORTADO_TRY(flushed);
    totals_.rejected = source_.rejected();
    totals_.seconds = std::chrono::duration<double>(clock_.steady() - start_).count();
    return totals_;
  }

 private:
  base::Status send_all(const std::stop_token& stop) {
    while (true) {
      CORTADO_ASSIGN(const auto reading, source_.next());
      if (!reading) {
        CORTADO_ASSIGN(const bool again, begin_again());
        if (!again) return {};
        continue;
      }
      if (!pacer_.wait(reading->event_time, stop)) return {};
      const base::Status sent = sink_.send(reading->key, *reading->record);
      if (!sent.ok() && sent.error().code() == base::ErrorCode::kInvalidArgument) {
        CORTADO_TRY(source_.reject(sent.error()));
        continue;
      }
      CORTADO_TRY(sent);
      ++totals_.records;
      if (meter_.due()) report(false);
    }
  }

  /// At the end of the source: rewind it if it loops.
  base::Result<bool> begin_again() {
    ++totals_.loops;
    if (!config_.loop) return false;
    if (totals_.records == sent_before_loop_) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         "the input holds no record to loop over; turn generator.loop off");
    }
    sent_before_loop_ = totals_.records;
    CORTADO_TRY(source_.rewind());
    return true;
  }

  void report(bool finished) {
    const std::int64_t total = config_.loop ? 0 : source_.total();
    Progress progress = meter_.measure(totals_.records, source_.rejected(), source_.done(), total);
    progress.finished = finished;
    if (progress_) progress_(progress);
  }

  const GeneratorConfig& config_;
  ReadingSource& source_;
  RecordSink& sink_;
  base::Clock& clock_;
  const ProgressCallback& progress_;
  Pacer pacer_;
  ProgressMeter meter_;
  std::chrono::nanoseconds start_;
  GeneratorTotals totals_;
  std::int64_t sent_before_loop_ = 0;
};

}  // namespace

base::Result<GeneratorTotals> generate(const GeneratorConfig& config, ReadingSource& source,
                                       RecordSink& sink, base::Clock& clock, std::stop_token stop,
                                       const ProgressCallback& progress) {
  CORTADO_ASSIGN(const Pacer pacer, Pacer::create(config, clock));
  return Run(config, source, sink, clock, progress, pacer).run(stop);
}

}  // namespace cortado::generator
