// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "app_config.h"
#include "back_pressure.h"
#include "commands.h"
#include "cortado/generator/csv_replay.h"
#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/topics.h"
#include "kafka_record_sink.h"
#include "level_file.h"
#include "reading_run.h"
#include "resumed_source.h"
#include "wiring.h"

namespace cortado::app {
namespace {

// What a demonstration starts from where the user says nothing: eight sensors over ten years, all
// models past their warm-up after a few seconds, then a fault to see every few seconds.
void set_demo_defaults(AppConfig& config) {
  config.simulator.devices = 8;
  config.simulator.duration = std::chrono::hours(24 * 365 * 10);
  config.generator.rate = 200;
  config.stream.batch_interval = std::chrono::milliseconds(200);
}

/// Of the 5 MiB that the embedded broker keeps of a partition; the rest is for what it adds.
constexpr std::int64_t kMostAhead = 4 << 20;

/// A folder that lives as long as the embedded broker, which forgets all at exit.
class TemporaryState {
 public:
  base::Status create() {
    std::error_code ignored;
    const auto parent = std::filesystem::temp_directory_path(ignored);
    std::string path = (parent / "cortado-demo-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      return base::Error(base::ErrorCode::kIo, "cannot make a folder in " + parent.string());
    }
    path_ = std::move(path);
    return {};
  }
  ~TemporaryState() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

base::Result<std::unique_ptr<kafka::EmbeddedBroker>> start_broker(AppConfig& config) {
  auto& kafka = config.kafka;
  const int partitions = kafka.input_partitions > 0 ? static_cast<int>(kafka.input_partitions) : 10;
  const std::array<kafka::EmbeddedTopic, 3> topics = {
      {{kafka.input_topic, partitions},
       {kafka.output_topic, partitions},
       {kafka::dead_letter_topic(kafka), partitions}}};
  CORTADO_ASSIGN(auto broker, kafka::EmbeddedBroker::create(topics));
  kafka.bootstrap_servers = broker->bootstrap_servers();
  // There is one member. Put out of its group on a busy machine it would begin again at its
  // snapshots, and what came since may be forgotten.
  kafka.properties.emplace("session.timeout.ms", "120000");
  return broker;
}

/// A demonstration goes on where it stopped: what the topic holds counts as the first readings.
void tell_what_is_skipped(const std::string& topic, const std::vector<base::Offset>& sent) {
  std::int64_t records = 0;
  for (const base::Offset& offset : sent) records += offset.get();
  if (records == 0) return;
  base::log_warning("demo", "the topic holds records already: as many readings are taken for sent",
                    {{"topic", topic}, {"records", std::to_string(records)}});
}

/// `pressure`: null where the broker keeps everything.
base::Result<generator::GeneratorTotals> fill_topic(const CommandLine& line,
                                                    const AppConfig& config,
                                                    RejectFileSink& rejects, BackPressure* pressure,
                                                    std::stop_token stop) {
  CORTADO_ASSIGN(auto source, line.input.empty()
                                  ? open_simulator(config.simulator, line.labels)
                                  : generator::open_csv(line.input, config.generator, &rejects));
  CORTADO_ASSIGN(auto admin, kafka::KafkaAdmin::create(config.kafka));
  CORTADO_ASSIGN(auto sent, admin->end_offsets(config.kafka.input_topic));
  tell_what_is_skipped(config.kafka.input_topic, sent);
  const int partitions = static_cast<int>(sent.size());
  ResumedSource resumed(*source, std::move(sent));
  CORTADO_ASSIGN(auto sink, make_kafka_sink(config.kafka, config.enrich.input_format));
  base::Clock& clock = base::system_clock();
  if (pressure == nullptr)
    return generator::generate(config.generator, resumed, sink, clock, std::move(stop));
  HeldBackSink held(sink, *pressure, partitions, stop);
  return generator::generate(config.generator, resumed, held, clock, std::move(stop));
}

void tell_person(const AppConfig& config, const std::string& url) {
  std::fprintf(stderr,
               "\n  Cortado is running: open %s\n\n"
               "  broker   %s (try: kcat -b %s -t %s -C)\n"
               "  records  %s -> %s\n"
               "  stop     Ctrl-C\n\n",
               url.c_str(), config.kafka.bootstrap_servers.c_str(),
               config.kafka.bootstrap_servers.c_str(), config.kafka.output_topic.c_str(),
               config.kafka.input_topic.c_str(), config.kafka.output_topic.c_str());
}

void announce(const AppConfig& config, const std::string& url, bool embedded_broker) {
  if (config.log.format == base::LogFormat::kJson) {
    base::log_info("demo", "Cortado is running",
                   {{"url", url},
                    {"broker", config.kafka.bootstrap_servers},
                    {"input_topic", config.kafka.input_topic},
                    {"output_topic", config.kafka.output_topic}});
  } else {
    tell_person(config, url);
  }
  if (embedded_broker) base::log_info("demo", std::string(kafka::EmbeddedBroker::limits()), {});
}

base::Status run_both(const CommandLine& line, const AppConfig& config, StopSignals& signals,
                      bool embedded_broker, Summary& summary) {
  CORTADO_TRY(kafka::ensure_topics(config.kafka));
  base::Status generated;
  RejectFileSink rejects(rejects_path(line.rejects, line.input));
  std::int64_t rejected = 0;
  BackPressure pressure(kMostAhead);
  std::thread generator([&] {
    const auto totals =
        fill_topic(line, config, rejects, embedded_broker ? &pressure : nullptr, signals.token());
    if (totals.ok()) {
      rejected = totals->rejected;
      return;
    }
    generated = totals.error();
    signals.request_stop();
  });
  const DetectionRun run{
      .config = config,
      .until_end = false,
      .embedded_broker = embedded_broker,
      .page_served = [&](const std::string& url) { announce(config, url, embedded_broker); },
      .committed = [&](base::Partition partition,
                       base::Offset next) { pressure.done(partition, next); }};
  const base::Status detected = run_detection(run, signals.token(), summary);
  signals.request_stop();
  generator.join();
  summary.records_in += rejected;
  summary.records_rejected += rejected;
  CORTADO_TRY(detected);
  CORTADO_TRY(generated);
  if (rejected == 0) return {};
  tell_rejected(rejected, rejects);
  return rejects.close();
}

}  // namespace

ExitCode run_demo(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  set_demo_defaults(config);
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  // The demonstration's own rate gives way to any other pacing.
  const bool paced = config.generator.speed > 0 || config.generator.batch_size > 0;
  if (paced && loaded->origin("generator.rate") == "default") config.generator.rate = 0;
  const auto apart =
      check_files_apart({line.input, rejects_path(line.rejects, line.input), line.labels});
  if (!apart.ok()) return report(apart.error());
  const LevelFile levels(config.log);
  TemporaryState state;
  std::unique_ptr<kafka::EmbeddedBroker> broker;
  if (kafka::bootstrap_servers(config.kafka).empty()) {
    auto started = start_broker(config);
    if (!started.ok()) return report(started.error());
    broker = std::move(started).value();
    if (const auto made = state.create(); !made.ok()) return report(made.error());
    if (loaded->origin("state.dir") != "default")
      base::log_warning("demo", "state.dir is not used: the embedded broker forgets all at exit");
    config.state.dir = state.path();
  }
  Summary summary;
  summary.command = "demo";
  const base::Status status = run_both(line, config, signals, broker != nullptr, summary);
  if (was_refused(status, summary)) return report(status.error(), *loaded);
  print_summary(summary, line.json, config.log.format);
  return status.ok() ? ExitCode::kOk : report(status.error(), *loaded);
}

}  // namespace cortado::app
