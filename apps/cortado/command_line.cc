// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "command_flags.h"
#include "cortado/base/nearest_name.h"
#include "exit_code.h"

namespace cortado::app {
namespace {

void add_pacing(CLI::App* app, CommandLine& line) {
  add_key_flag(app, line, "--rate", "generator.rate", "Records a second: 500/s");
  add_key_flag(app, line, "--speed", "generator.speed", "Times the readings' own speed: 3600x");
  app->add_flag_callback(
      "--loop",
      [&line] {
        line.settings.push_back({"generator.loop", "true", "flag --loop"});
      },
      "Begin again at the end");
}

void add_demo(CLI::App& app, CommandLine& line) {
  CLI::App* demo = app.add_subcommand(
      "demo", "Simulate sensors, detect and show a live page; needs no Kafka of yours");
  add_settings(demo, line);
  add_kafka_properties(demo, line);
  add_pacing(demo, line);
  add_key_flag(demo, line, "--preset", "detector.preset", "Detector preset");
  add_key_flag(demo, line, "--listen", "http.listen", "Address of the page");
  CLI::Option* file = demo->add_option("file", line.input, "CSV to play instead of the simulation")
                          ->check(check_file);
  demo->add_option("--labels", line.labels, "Write the simulation's injected faults here")
      ->excludes(file);
  demo->add_option("--rejects", line.rejects, "Where bad rows go [<file>.rejects.jsonl]");
  demo->add_flag("--json", line.json, "Print a summary object at the end");
  demo->callback([&line] { line.command = Command::kDemo; });
}

void add_generate(CLI::App& app, CommandLine& line) {
  CLI::App* generate =
      app.add_subcommand("generate", "Send a CSV or simulated sensors to the input topic");
  add_settings(generate, line);
  add_kafka_properties(generate, line);
  add_pacing(generate, line);
  add_key_flag(generate, line, "--topic", "kafka.input_topic", "Topic to fill");
  add_key_flag(generate, line, "--partitions", "kafka.input_partitions",
               "Partitions of the topic when it is created");
  add_key_flag(generate, line, "--devices", "simulator.devices", "Simulated sensors");
  add_key_flag(generate, line, "--records", "simulator.records",
               "Simulated readings of all sensors together");
  CLI::Option* file =
      generate->add_option("file", line.input, "CSV in EPA AQS hourly layout")->check(check_file);
  generate->add_flag("--simulate", line.simulate, "Simulate sensors instead of reading a CSV")
      ->excludes(file);
  generate->add_option("--labels", line.labels, "Write the simulation's injected faults here")
      ->excludes(file);
  generate->add_option("--rejects", line.rejects, "Where bad rows go [<file>.rejects.jsonl]");
  generate->add_flag("--json", line.json, "Print a summary object at the end");
  generate->callback([&line] {
    line.command = Command::kGenerate;
    if (line.input.empty() && !line.simulate) {
      throw CLI::ValidationError("generate", "give a CSV file or --simulate");
    }
  });
}

void add_detect(CLI::App& app, CommandLine& line) {
  CLI::App* detect =
      app.add_subcommand("detect", "Score the input topic's records, serve the page");
  add_settings(detect, line);
  add_kafka_properties(detect, line);
  add_key_flag(detect, line, "--preset", "detector.preset", "Detector preset");
  detect->add_flag("-e,--until-end", line.until_end,
                   "Leave when all that the topic held at the start is scored");
  detect->add_flag("--json", line.json, "Print a summary object at the end");
  detect->callback([&line] { line.command = Command::kDetect; });
}

void add_replay(CLI::App& app, CommandLine& line) {
  CLI::App* replay = app.add_subcommand("replay", "Score a CSV into a CSV; no Kafka at all");
  add_settings(replay, line);
  add_key_flag(replay, line, "--preset", "detector.preset", "Detector preset");
  replay->add_option("input", line.input, "CSV, plain or .gz; - is standard input")
      ->required()
      ->check(
          [](const std::string& path) { return path == "-" ? std::string() : check_file(path); });
  replay->add_option("-o,--output", line.output, "CSV to write; - is standard output")->required();
  CLI::Option* report =
      replay->add_option("--report", line.report, "Also write a page about the run here (HTML)");
  replay->add_option("--labels", line.labels, "True faults to judge the run by (JSON lines)")
      ->needs(report)
      ->check(CLI::ExistingFile);
  replay->add_option("--rejects", line.rejects, "Where bad rows go [<input>.rejects.jsonl]");
  replay->add_flag("--json", line.json, "Print a summary object at the end");
  replay->callback([&line] { line.command = Command::kReplay; });
}

void add_bench_size(CLI::App* htm, BenchOptions& bench) {
  htm->add_option("--records", bench.records,
                  "Measured records of each device [all of --input, or three years]")
      ->check(check_positive);
  htm->add_option("--trained", bench.trained,
                  "Records that each device has learned before the measurement [0]")
      ->check(check_not_negative);
  htm->add_option("--devices", bench.devices, "Devices, each at another place of the readings [1]")
      ->check(check_positive);
  htm->add_option("--turn", bench.turn, "Records of a device before the next one's turn [1]")
      ->check(check_positive);
}

void add_bench(CLI::App& app, CommandLine& line) {
  CLI::App* bench = app.add_subcommand("bench", "Measure speed, memory and stored size");
  bench->require_subcommand(1);
  CLI::App* htm = bench->add_subcommand("htm", "One model a device, in one thread");
  add_settings(htm, line);
  htm->add_option_function<std::string>(
      "--preset",
      [&line](const std::string& name) {
        if (name != "default") line.settings.push_back({"detector.preset", name, "flag --preset"});
      },
      "Detector preset; default = what the configuration says");
  add_bench_size(htm, line.bench);
  htm->add_option("--input", line.bench.input, "CSV of readings [a simulated sensor's]")
      ->check(CLI::ExistingFile);
  htm->add_option("--device", line.bench.device, "Device of the CSV [the first]");
  htm->add_option("--scores", line.bench.scores, "Write the first device's raw scores here");
  htm->add_flag("--json", line.json, "Print one JSON object");
  htm->callback([&line] { line.command = Command::kBench; });
}

void add_rest(CLI::App& app, CommandLine& line) {
  CLI::App* validate = app.add_subcommand(
      "validate", "Check the configuration and the broker, or a CSV that is to be replayed");
  add_settings(validate, line);
  add_kafka_properties(validate, line);
  validate->add_option("file", line.input, "CSV: check it instead of the broker, as replay would")
      ->check(check_file);
  validate->add_flag("--no-environment", line.no_environment, "Do not ask the broker");
  validate->callback([&line] { line.command = Command::kValidate; });

  CLI::App* config = app.add_subcommand("config", "Show the configuration");
  add_settings(config, line);
  add_kafka_properties(config, line);
  config->add_option("view", line.config_view, "print | reference | schema")
      ->required()
      ->check(CLI::IsMember({"print", "reference", "schema"}));
  config->add_flag("--origin", line.origin, "Say where each value comes from");
  config->callback([&line] { line.command = Command::kConfig; });

  app.add_subcommand("version", "Print versions of Cortado and of what it runs on")
      ->callback([&line] { line.command = Command::kVersion; });
}

/// Name the arguments that nothing wants, but not what they assign.
bool refuse_extras(const CLI::App& app) {
  std::vector<std::string> shown;
  for (const std::string& argument : app.remaining(true)) shown.push_back(shown_argument(argument));
  app.exit(CLI::ExtrasError(shown));
  return false;
}

/// Say which command was meant: the parser would only ask for one.
bool is_command(const CLI::App& app, std::string_view word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == word) return true;
    names.push_back(command->get_name());
  }
  std::fprintf(stderr, "cortado: there is no command %s%s (cortado --help lists all)\n",
               std::string(word).c_str(), base::nearest_hint(word, names).c_str());
  return false;
}

}  // namespace

bool parse_command_line(int argc, char** argv, CommandLine& line, int& exit_code) {
  CLI::App app(
      "Real-time anomaly detection on Apache Kafka, one online-learning HTM model a device",
      "cortado");
  app.require_subcommand(1);
  app.set_version_flag("-V,--version", std::string("cortado " CORTADO_VERSION));
  add_demo(app, line);
  add_generate(app, line);
  add_detect(app, line);
  add_replay(app, line);
  add_bench(app, line);
  add_evaluation(app, line);
  add_dlq(app, line);
  add_look(app, line);
  add_admin(app, line);
  add_state(app, line);
  add_rest(app, line);
  if (argc > 1 && argv[1][0] != '-' && !is_command(app, argv[1])) {
    exit_code = static_cast<int>(ExitCode::kUsage);
    return false;
  }
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ExtrasError&) {
    exit_code = static_cast<int>(ExitCode::kUsage);
    return refuse_extras(app);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
    return false;
  }
}

}  // namespace cortado::app
