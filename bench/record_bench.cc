// rooms: record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What a record costs: cmake --preset release, build target record_bench, then
//   record_bench [--benchmark_...] ROWS.csv.gz
// Every iteration takes the next of the file's first 1,000 rows: varied, but warm in the cache as
// a record is that was just received.
#include <cstdio>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "cortado/record/binary_serde.h"
#include "cortado/record/csv_reader.h"
#include "cortado/record/json_serde.h"

namespace cortado::record {
namespace {

constexpr std::size_t kRows = 1'000;

struct Rows {
  std::vector<MonitoringRecord> records;
  std::vector<MonitoringRecord> from_json;
  std::vector<MonitoringRecord> enriched;
  std::vector<std::string> json;
  std::vector<std::string> loose_json;  // with a blank in front, which the fast way does not take
  std::vector<std::string> binary;
};

Rows rows;

void enrich(std::size_t i, MonitoringRecord& record) {
  const double x = static_cast<double>(i % 997) / 9973.0;
  record.scores = {x, x / 3, x * 7, x + 0.001};
  Enrichment& enrichment = record.add_enrichment();
  make_device_key(record, enrichment.device);
  enrichment.sequence = static_cast<std::int64_t>(i);
  enrichment.score = x * 9;
  enrichment.status = base::ScoreStatus::kOk;
  enrichment.model_age = static_cast<std::int64_t>(i);
  enrichment.model_hash = "0123456789abcdef";
}

base::Status load(const std::string& path) {
  CORTADO_ASSIGN(auto source, open_file(path));
  CORTADO_ASSIGN(auto csv, MonitoringCsvReader::create(std::move(source), {}, nullptr));
  MonitoringRecord record;
  while (rows.records.size() < kRows) {
    CORTADO_ASSIGN(const bool more, csv.next(record));
    if (!more) break;
    rows.records.push_back(record);
    encode_json(record, rows.json.emplace_back());
    rows.loose_json.push_back(" " + rows.json.back());
    encode_binary(record, rows.binary.emplace_back());
    CORTADO_TRY(decode_json(rows.json.back(), rows.from_json.emplace_back()));
    enrich(rows.records.size(), rows.enriched.emplace_back(record));
  }
  return {};
}

template <typename Work, typename Inputs>
void each(benchmark::State& state, const Inputs& inputs, Work work) {
  std::size_t i = 0;
  for (auto _ : state) {
    work(inputs[i]);
    i = i + 1 == inputs.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

using Encoder = void (*)(const MonitoringRecord&, std::string&);
using Decoder = base::Status (*)(std::string_view, MonitoringRecord&);

void encode_all(benchmark::State& state, const std::vector<MonitoringRecord>& records,
                Encoder encoder) {
  std::string out;
  each(state, records, [&](const MonitoringRecord& record) {
    out.clear();
    encoder(record, out);
    benchmark::DoNotOptimize(out.data());
  });
}

void decode_all(benchmark::State& state, const std::vector<std::string>& inputs, Decoder decoder) {
  MonitoringRecord record;
  each(state, inputs, [&](const std::string& bytes) {
    if (!decoder(bytes, record).ok()) state.SkipWithError("a record was refused");
    benchmark::DoNotOptimize(record);
  });
}

void json_encode(benchmark::State& state) { encode_all(state, rows.records, encode_json); }
void json_encode_enriched(benchmark::State& state) {
  encode_all(state, rows.enriched, encode_json);
}
void json_decode(benchmark::State& state) { decode_all(state, rows.json, decode_json); }
void json_decode_by_parser(benchmark::State& state) {
  decode_all(state, rows.loose_json, decode_json);
}
void binary_encode(benchmark::State& state) { encode_all(state, rows.records, encode_binary); }
void binary_encode_of_json(benchmark::State& state) {
  encode_all(state, rows.from_json, encode_binary);
}
void binary_encode_enriched(benchmark::State& state) {
  encode_all(state, rows.enriched, encode_binary);
}
void binary_decode(benchmark::State& state) { decode_all(state, rows.binary, decode_binary); }

BENCHMARK(json_encode);
BENCHMARK(json_encode_enriched);
BENCHMARK(json_decode);
BENCHMARK(json_decode_by_parser);
BENCHMARK(binary_encode);
BENCHMARK(binary_encode_of_json);
BENCHMARK(binary_encode_enriched);
BENCHMARK(binary_decode);

}  // namespace
}  // namespace cortado::record

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s [--benchmark_...] ROWS.csv.gz\n", argv[0]);
    return 2;
  }
  const auto status = cortado::record::load(argv[1]);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.error().message().c_str());
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
