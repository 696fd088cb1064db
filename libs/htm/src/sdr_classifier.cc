// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/sdr_classifier.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "classifier_kernels.h"
#include "cortado/base/random.h"
#include "kernels.h"
#include "sdr_classifier_rows.h"

namespace cortado::htm {
namespace {

constexpr double kUnseen = std::numeric_limits<double>::quiet_NaN();

/// What a step needs and forgets; one for each thread.
struct Workspace {
  std::vector<std::int16_t*> rows;
  std::vector<std::int16_t> deltas;
  std::vector<std::int32_t> sums;
};

Workspace& workspace() {
  thread_local Workspace instance;
  return instance;
}

}  // namespace

base::Options describe(SdrClassifierConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".inputs", .help = "Cells it looks at."}, config.inputs,
                         1, 65'535),
      base::bind_integer({.path = prefix + ".buckets", .help = "Values it can tell apart."},
                         config.buckets, 1, 65'535),
      base::bind_number({.path = prefix + ".alpha", .help = "Learning rate of the weights."},
                        config.alpha, 0, 1),
      base::bind_number({.path = prefix + ".actual_value_alpha",
                         .help = "Share of the newest value in a bucket's moving average."},
                        config.actual_value_alpha, 0, 1),
  };
}

struct SdrClassifier::State {
  explicit State(const SdrClassifierConfig& config_in)
      : config(config_in), rows(static_cast<std::size_t>(config_in.inputs)) {}

  void widen(std::size_t buckets);
  void learn(std::uint32_t bucket);
  void take(std::span<const std::uint32_t> cells);
  void infer();
  double forecast(std::int32_t highest) const;

  SdrClassifierConfig config;
  SdrClassifierRows rows;
  std::uint32_t steps = 0;
  std::vector<double> values;  ///< moving averages by bucket, up to the highest seen
  std::vector<std::uint16_t> last_cells;
  // Derived from the above:
  std::vector<std::uint16_t> last_rows;     ///< of last_cells
  std::vector<std::int16_t*> last_weights;  ///< of last_rows
  std::vector<float> probabilities;         ///< after last_cells; zeros behind the last bucket
  double prediction = 0;
};

/// Make room for buckets; the new ones join the softmax of the last step.
void SdrClassifier::State::widen(std::size_t buckets) {
  if (values.capacity() < buckets) values.reserve(std::min(buckets + kBucketPadding, buckets * 2));
  values.resize(buckets, kUnseen);
  rows.widen(buckets);
  infer();
}

void SdrClassifier::State::learn(std::uint32_t bucket) {
  Workspace& work = workspace();
  rows.separate(last_cells, last_rows, last_weights, work.rows);
  work.deltas.resize(rows.stride());
  const auto key = static_cast<std::uint32_t>(base::mix64(steps));
  kernels().classifier->round_errors(probabilities.data(), rows.stride(), bucket, key,
                                     work.deltas.data());
  kernels().classifier->add_to_rows(work.deltas.data(), rows.stride(), work.rows.data(),
                                    work.rows.size());
  ++steps;
}

/// Make these the last cells.
void SdrClassifier::State::take(std::span<const std::uint32_t> cells) {
  last_cells.resize(cells.size());
  last_rows.resize(cells.size());
  std::uint16_t* const cell_at = last_cells.data();
  std::uint16_t* const row_at = last_rows.data();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cell_at[i] = static_cast<std::uint16_t>(cells[i]);
    row_at[i] = rows.row_of(cells[i]);
  }
}

void SdrClassifier::State::infer() {
  Workspace& work = workspace();
  rows.find_weights(last_rows, last_weights);
  work.sums.resize(rows.stride());
  probabilities.resize(rows.stride());
  const auto unit = static_cast<float>(config.alpha / kUnitsPerAlpha);
  kernels().classifier->sum_rows(last_weights.data(), last_weights.size(), rows.stride(),
                                 work.sums.data());
  const std::int32_t highest = kernels().classifier->softmax(
      work.sums.data(), values.size(), rows.stride(), unit, probabilities.data());
  prediction = forecast(highest);
}

/// Return the value of the best bucket of those seen; the sums are in the workspace.
double SdrClassifier::State::forecast(std::int32_t highest) const {
  const auto& sums = workspace().sums;
  const auto end = sums.begin() + static_cast<std::ptrdiff_t>(values.size());
  const auto first = std::find(sums.begin(), end, highest);
  auto best = static_cast<std::size_t>(first - sums.begin());
  if (!std::isnan(values[best])) return values[best];
  best = values.size();
  for (std::size_t b = 0; b < values.size(); ++b) {
    if (std::isnan(values[b])) continue;
    if (best == values.size() || sums[b] > sums[best]) best = b;
  }
  return best == values.size() ? 0 : values[best];
}

base::Result<SdrClassifier> SdrClassifier::create(const SdrClassifierConfig& config) {
  const bool good = config.inputs >= 1 && config.inputs <= 65'535 && config.buckets >= 1 &&
                    config.buckets <= 65'535 && config.alpha >= 0 && config.alpha <= 1 &&
                    config.actual_value_alpha > 0 && config.actual_value_alpha <= 1;
  if (!good) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "classifier: inputs must be 1 to 65535, buckets 1 to 65535, alpha and "
                       "actual_value_alpha at most 1");
  }
  return SdrClassifier(std::make_unique<State>(config));
}

SdrClassifier::SdrClassifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
SdrClassifier::~SdrClassifier() = default;
SdrClassifier::SdrClassifier(SdrClassifier&&) noexcept = default;
SdrClassifier& SdrClassifier::operator=(SdrClassifier&&) noexcept = default;

double SdrClassifier::compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket,
                              double value) {
  State& state = *state_;
  if (bucket >= state.values.size()) state.widen(bucket + 1);
  state.learn(bucket);
  double& seen = state.values[bucket];
  const double share = state.config.actual_value_alpha;
  seen = std::isnan(seen) ? value : (1.0 - share) * seen + share * value;
  state.take(active_cells);
  state.infer();
  return state.prediction;
}

std::span<const float> SdrClassifier::distribution() const {
  return std::span(state_->probabilities).first(state_->values.size());
}

std::size_t SdrClassifier::bytes() const {
  const State& state = *state_;
  return sizeof(State) + state.rows.bytes() + state.values.capacity() * sizeof(double) +
         (state.last_cells.capacity() + state.last_rows.capacity()) * sizeof(std::uint16_t) +
         state.last_weights.capacity() * sizeof(std::int16_t*) +
         state.probabilities.capacity() * sizeof(float);
}

namespace {

void write_all(std::span<const std::int16_t> weights, base::ByteWriter& out) {
  if constexpr (std::endian::native == std::endian::little) {
    out.raw({reinterpret_cast<const char*>(weights.data()), weights.size_bytes()});
  } else {
    for (const auto weight : weights) out.u16(static_cast<std::uint16_t>(weight));
  }
}

/// Read one row. Returns false if there are too few bytes or a weight is out of range.
bool read_all(base::ByteReader& in, std::span<std::int16_t> weights) {
  const std::string_view bytes = in.raw(weights.size_bytes());
  if (bytes.size() != weights.size_bytes()) return false;
  bool good = true;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto low = static_cast<unsigned char>(bytes[2 * i]);
    const auto high = static_cast<unsigned char>(bytes[2 * i + 1]);
    weights[i] = static_cast<std::int16_t>(low | high << 8);
    good = good && weights[i] <= kHighestWeight && weights[i] >= -kHighestWeight;
  }
  return good;
}

/// Read a cell that must lie above the last one. Returns false if it does not.
bool read_cell(base::ByteReader& in, std::size_t limit, std::int64_t& last) {
  const std::uint32_t cell = in.u16();
  if (!in.ok() || cell >= limit || cell <= last) return false;
  last = cell;
  return true;
}

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("classifier: ") + text);
}

base::Status read_rows(base::ByteReader& in, std::size_t buckets, SdrClassifierRows& rows) {
  const std::uint32_t count = in.u16();  // row 0 is not written
  if (count > 0 && buckets == 0) return corrupt("rows");
  for (std::uint32_t r = 0; r < count; ++r) {
    if (!read_all(in, {rows.weights(rows.add_row()), buckets})) return corrupt("a weight");
  }
  const std::uint32_t cells = in.u16();
  std::int64_t last = -1;
  for (std::uint32_t i = 0; i < cells; ++i) {
    if (!read_cell(in, rows.cells(), last)) return corrupt("a cell");
    const std::uint16_t row = in.u16();
    if (row == 0 || row > count) return corrupt("a cell's row");
    rows.join(static_cast<std::size_t>(last), row);
  }
  for (std::uint32_t r = 1; r <= count; ++r) {
    if (!rows.has_members(r)) return corrupt("a row without a cell");
  }
  return {};
}

void write_rows(const SdrClassifierRows& rows, std::size_t buckets, base::ByteWriter& out) {
  out.u16(static_cast<std::uint16_t>(rows.rows() > 0 ? rows.rows() - 1 : 0));
  for (std::size_t r = 1; r < rows.rows(); ++r) write_all({rows.weights(r), buckets}, out);
  std::vector<std::uint16_t> pairs;
  for (std::size_t cell = 0; cell < rows.cells(); ++cell) {
    if (rows.row_of(cell) == 0) continue;
    pairs.push_back(static_cast<std::uint16_t>(cell));
    pairs.push_back(rows.row_of(cell));
  }
  out.u16(static_cast<std::uint16_t>(pairs.size() / 2));
  for (const auto number : pairs) out.u16(number);
}

}  // namespace

void SdrClassifier::save(base::ByteWriter& out) const {
  const State& state = *state_;
  out.u32(state.steps);
  out.u16(static_cast<std::uint16_t>(state.values.size()));
  for (const double value : state.values) {
    out.u8(std::isnan(value) ? 0 : 1);
    if (!std::isnan(value)) out.f64(value);
  }
  out.u16(static_cast<std::uint16_t>(state.last_cells.size()));
  for (const auto cell : state.last_cells) out.u16(cell);
  write_rows(state.rows, state.values.size(), out);
}

base::Result<SdrClassifier> SdrClassifier::restore(const SdrClassifierConfig& config,
                                                   base::ByteReader& in) {
  CORTADO_ASSIGN(auto classifier, create(config));
  State& state = *classifier.state_;
  state.steps = in.u32();
  const std::uint32_t buckets = in.u16();
  if (buckets > config.buckets || buckets > in.remaining()) return corrupt("buckets");
  if (buckets > 0) state.widen(buckets);
  for (auto& value : state.values) {
    const std::uint8_t seen = in.u8();
    if (seen == 1) value = in.f64();
    if (seen > 1 || (seen == 1 && !std::isfinite(value))) return corrupt("a bucket's value");
  }
  std::vector<std::uint32_t> last_cells(in.u16());
  std::int64_t last = -1;
  for (auto& cell : last_cells) {
    if (!read_cell(in, state.rows.cells(), last)) return corrupt("the last cells");
    cell = static_cast<std::uint32_t>(last);
  }
  CORTADO_TRY(read_rows(in, buckets, state.rows));
  if (!in.ok()) return corrupt("too short");
  state.take(last_cells);
  if (buckets > 0) state.infer();
  return classifier;
}

}  // namespace cortado::htm
