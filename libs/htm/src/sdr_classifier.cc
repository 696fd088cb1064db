// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/sdr_classifier.h"

#include <bit>
#include <cmath>
#include <vector>

#include "classifier_kernels.h"
#include "kernels.h"

namespace cortado::htm {
namespace {

constexpr std::uint32_t kNoRow = UINT32_MAX;
constexpr std::size_t kRowsPerChunk = 32;
constexpr float kHighestWeight = 1e9F;  // sums of so many stay finite

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("classifier: ") + text);
}

}  // namespace

base::Options describe(SdrClassifierConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".inputs", .help = "Cells it looks at."}, config.inputs,
                         1, 65'536),
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
  struct Bucket {
    double value = 0;
    bool seen = false;
  };

  explicit State(const SdrClassifierConfig& config_in)
      : config(config_in), row_of(static_cast<std::size_t>(config_in.inputs), kNoRow) {}

  float* row(std::uint32_t index) const {
    return chunks[index / kRowsPerChunk].get() + index % kRowsPerChunk * stride;
  }
  std::uint32_t make_row(std::uint32_t cell);
  void widen(std::size_t needed);
  void learn(std::uint32_t bucket);
  void infer(std::span<const std::uint32_t> active_cells);
  double forecast() const;

  SdrClassifierConfig config;
  std::vector<std::uint32_t> row_of;  ///< by cell
  std::vector<std::unique_ptr<float[]>> chunks;
  std::uint32_t rows = 0;
  std::size_t stride = 0;
  std::vector<Bucket> buckets;  ///< up to the highest seen
  std::vector<std::uint32_t> last_cells;
  std::vector<float> logits;  ///< of last_cells; derived
  std::vector<float> probabilities;
};

std::uint32_t SdrClassifier::State::make_row(std::uint32_t cell) {
  if (rows % kRowsPerChunk == 0) {
    chunks.push_back(std::make_unique<float[]>(kRowsPerChunk * stride));
  }
  row_of[cell] = rows;
  return rows++;
}

/// Make room for buckets; the new ones have weight 0 and join the softmax of the last step.
void SdrClassifier::State::widen(std::size_t needed) {
  const std::size_t wanted = (needed + kBucketPadding - 1) / kBucketPadding * kBucketPadding;
  if (wanted > stride) {
    for (auto& chunk : chunks) {
      auto wider = std::make_unique<float[]>(kRowsPerChunk * wanted);
      for (std::size_t r = 0; r < kRowsPerChunk; ++r) {
        std::copy_n(chunk.get() + r * stride, stride, wider.get() + r * wanted);
      }
      chunk = std::move(wider);
    }
    stride = wanted;
    logits.resize(stride, 0.0F);
  }
  buckets.resize(needed);
  probabilities.resize(needed);
  kernels().classifier->softmax(logits.data(), needed, probabilities.data());
}

void SdrClassifier::State::learn(std::uint32_t bucket) {
  thread_local std::vector<float> deltas;
  deltas.assign(stride, 0.0F);
  const auto alpha = static_cast<float>(config.alpha);
  for (std::size_t b = 0; b < buckets.size(); ++b) {
    deltas[b] = alpha * ((b == bucket ? 1.0F : 0.0F) - probabilities[b]);
  }
  for (const auto cell : last_cells) {
    const std::uint32_t index = row_of[cell] == kNoRow ? make_row(cell) : row_of[cell];
    kernels().classifier->add_row(deltas.data(), stride, row(index));
  }
}

void SdrClassifier::State::infer(std::span<const std::uint32_t> active_cells) {
  logits.assign(stride, 0.0F);
  for (const auto cell : active_cells) {
    if (row_of[cell] != kNoRow)
      kernels().classifier->add_row(row(row_of[cell]), stride, logits.data());
  }
  kernels().classifier->softmax(logits.data(), buckets.size(), probabilities.data());
  last_cells.assign(active_cells.begin(), active_cells.end());
}

double SdrClassifier::State::forecast() const {
  float highest = -1;
  double value = 0;
  for (std::size_t b = 0; b < buckets.size(); ++b) {
    if (!buckets[b].seen || probabilities[b] <= highest) continue;
    highest = probabilities[b];
    value = buckets[b].value;
  }
  return value;
}

base::Result<SdrClassifier> SdrClassifier::create(const SdrClassifierConfig& config) {
  const bool good = config.inputs >= 1 && config.inputs <= 65'536 && config.buckets >= 1 &&
                    config.buckets <= 65'535 && config.alpha >= 0 && config.alpha <= 1 &&
                    config.actual_value_alpha > 0 && config.actual_value_alpha <= 1;
  if (!good) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "classifier: inputs must be 1 to 65536, buckets 1 to 65535, alpha and "
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
  if (bucket >= state.buckets.size()) state.widen(bucket + 1);
  state.learn(bucket);
  State::Bucket& seen = state.buckets[bucket];
  const double share = state.config.actual_value_alpha;
  seen.value = seen.seen ? (1.0 - share) * seen.value + share * value : value;
  seen.seen = true;
  state.infer(active_cells);
  return state.forecast();
}

std::span<const float> SdrClassifier::distribution() const { return state_->probabilities; }

std::size_t SdrClassifier::bytes() const {
  return sizeof(State) + state_->row_of.capacity() * sizeof(std::uint32_t) +
         state_->chunks.size() * kRowsPerChunk * state_->stride * sizeof(float) +
         state_->buckets.capacity() * sizeof(State::Bucket) + 2 * state_->stride * sizeof(float) +
         state_->last_cells.capacity() * sizeof(std::uint32_t);
}

void SdrClassifier::save(base::ByteWriter& out) const {
  const State& state = *state_;
  out.u16(static_cast<std::uint16_t>(state.buckets.size()));
  for (const auto& bucket : state.buckets) {
    out.u8(bucket.seen ? 1 : 0);
    if (bucket.seen) out.f64(bucket.value);
  }
  out.u32(static_cast<std::uint32_t>(state.last_cells.size()));
  for (const auto cell : state.last_cells) out.u16(static_cast<std::uint16_t>(cell));
  out.u32(state.rows);
  for (std::uint32_t cell = 0; cell < state.row_of.size(); ++cell) {
    if (state.row_of[cell] == kNoRow) continue;
    out.u16(static_cast<std::uint16_t>(cell));
    const float* const row = state.row(state.row_of[cell]);
    for (std::size_t b = 0; b < state.buckets.size(); ++b) {
      out.u32(std::bit_cast<std::uint32_t>(row[b]));
    }
  }
}

namespace {

/// Read a cell that must lie above the last one. Returns false if it does not.
bool read_cell(base::ByteReader& in, std::size_t limit, std::int64_t& last) {
  const std::uint32_t cell = in.u16();
  if (!in.ok() || cell >= limit || cell <= last) return false;
  last = cell;
  return true;
}

}  // namespace

base::Result<SdrClassifier> SdrClassifier::restore(const SdrClassifierConfig& config,
                                                   base::ByteReader& in) {
  CORTADO_ASSIGN(auto classifier, create(config));
  State& state = *classifier.state_;
  const std::uint32_t buckets = in.u16();
  if (buckets > config.buckets || buckets > in.remaining()) return corrupt("buckets");
  if (buckets > 0) state.widen(buckets);
  for (auto& bucket : state.buckets) {
    bucket.seen = in.u8() != 0;
    if (bucket.seen) bucket.value = in.f64();
    if (!std::isfinite(bucket.value)) return corrupt("a bucket's value");
  }
  const std::uint32_t cells = in.u32();
  std::vector<std::uint32_t> last_cells;
  std::int64_t last = -1;
  for (std::uint32_t i = 0; i < cells; ++i) {
    if (!read_cell(in, state.row_of.size(), last)) return corrupt("the last cells");
    last_cells.push_back(static_cast<std::uint32_t>(last));
  }
  const std::uint32_t rows = in.u32();
  last = -1;
  for (std::uint32_t r = 0; r < rows; ++r) {
    if (!read_cell(in, state.row_of.size(), last)) return corrupt("a row's cell");
    float* const row = state.row(state.make_row(static_cast<std::uint32_t>(last)));
    for (std::uint32_t b = 0; b < buckets; ++b) {
      row[b] = std::bit_cast<float>(in.u32());
      if (!(std::abs(row[b]) <= kHighestWeight)) return corrupt("a weight");
    }
  }
  if (!in.ok()) return corrupt("too short");
  if (buckets > 0) state.infer(last_cells);
  return classifier;
}

}  // namespace cortado::htm
