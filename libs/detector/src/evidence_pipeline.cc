// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evidence_pipeline.h"

#include "cortado/base/random.h"

namespace cortado::detector {

EvidencePipeline::EvidencePipeline(const MultiscaleConfig& config, std::uint64_t seed)
    : use_htm_(config.htm),
      short_(config, config.short_likelihood, 1, base::mix64(seed)),
      middle_(config, config.middle_likelihood, config.middle_block, base::mix64(seed + 1)),
      long_(config, config.long_likelihood, config.long_block, base::mix64(seed + 2)),
      range_(config),
      residual_(config),
      level_(config),
      change_(config) {}

Evidence EvidencePipeline::add(double value) {
  Evidence evidence;
  if (use_htm_) {
    const auto output = short_.add(value);
    evidence.anomaly = output.anomaly;
    evidence.short_scale = output.evidence;
    evidence.middle_scale = middle_.add(value).evidence;
    evidence.long_scale = long_.add(value).evidence;
  }
  evidence.range = range_.add(value);
  evidence.residual = residual_.add(value);
  evidence.level = level_.add(value);
  const auto change = change_.add(value);
  evidence.change = change.evidence;
  evidence.unrest = change.unrest;
  return evidence;
}

void EvidencePipeline::activity(base::ColumnActivity& out) const {
  short_.network().activity("short", out);
  middle_.network().activity("middle", out);
  long_.network().activity("long", out);
}

std::uint64_t EvidencePipeline::segments() const {
  return short_.network().segments() + middle_.network().segments() + long_.network().segments();
}

std::size_t EvidencePipeline::network_bytes() const {
  return short_.network().bytes() + middle_.network().bytes() + long_.network().bytes();
}

std::size_t EvidencePipeline::channel_bytes() const {
  return range_.bytes() + residual_.bytes() + level_.bytes() + change_.bytes();
}

void EvidencePipeline::save(base::ByteWriter& out) const {
  short_.save(out);
  middle_.save(out);
  long_.save(out);
  range_.save(out);
  residual_.save(out);
  level_.save(out);
  change_.save(out);
}

bool EvidencePipeline::load(base::ByteReader& in) {
  return short_.load(in) && middle_.load(in) && long_.load(in) && range_.load(in) &&
         residual_.load(in) && level_.load(in) && change_.load(in);
}

}  // namespace cortado::detector
