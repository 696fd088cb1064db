// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "rarity_bound.h"

namespace cortado::detector {
namespace {

constexpr double kLeast = 2;  // what happens once in a hundred records is no event
constexpr double kAlike = 1;  // ten times as probable is alike

}  // namespace

double RarityBound::add(double claim, std::int64_t record) {
  if (claim < kLeast) return claim;
  const double bound = rarity_ + events_.rareness(claim - kAlike, record, events_.ongoing(record));
  events_.add(claim, record);
  return claim <= bound ? claim : bound + beyond_ * (claim - bound);
}

Claims Rareness::add(Claims claims, std::int64_t record) {
  claims.event = event_.add(claims.event, record);
  claims.blocks = blocks_.add(claims.blocks, record);
  claims.level = level_.add(claims.level, record);
  return claims;
}

void Rareness::save(base::ByteWriter& out) const {
  event_.save(out);
  blocks_.save(out);
  level_.save(out);
}

bool Rareness::load(base::ByteReader& in) {
  return event_.load(in) && blocks_.load(in) && level_.load(in);
}

}  // namespace cortado::detector
