// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_cluster.h"

namespace cortado::stream::testing {

void MemoryCluster::join(int member) {
  members_[member] = Member{};
  rebalance();
}

void MemoryCluster::leave(int member) {
  members_.erase(member);
  dealt_.erase(member);
  rebalance();
}

void MemoryCluster::expire(int member) {
  Member& gone = members_.at(member);
  gone.expired = true;
  gone.revoking = false;
  dealt_.erase(member);
  rebalance();
}

MemoryCluster::Member* MemoryCluster::member(int id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

void MemoryCluster::rebalance() {
  rebalancing_ = true;
  dealt_.clear();
  for (auto& [id, member] : members_) member.revoking = !member.expired && !member.owned.empty();
}

void MemoryCluster::gave_up(int member) {
  members_.at(member).owned.clear();
  members_.at(member).revoking = false;
}

std::optional<std::set<int>> MemoryCluster::collect(int member) {
  if (rebalancing_) {
    std::vector<int> living;
    for (const auto& [id, one] : members_) {
      if (one.revoking) return std::nullopt;
      if (!one.expired) living.push_back(id);
    }
    rebalancing_ = false;
    ++generation_;
    for (const int id : living) dealt_[id] = {};
    for (std::size_t p = 0; p < topic_.partitions.size(); ++p) {
      dealt_[living[(p + static_cast<std::size_t>(generation_)) % living.size()]].insert(
          static_cast<int>(p));
    }
  }
  const auto found = dealt_.find(member);
  if (found == dealt_.end()) return std::nullopt;
  const std::set<int> mine = found->second;
  dealt_.erase(found);
  members_.at(member).generation = generation_;
  members_.at(member).owned = mine;
  return mine;
}

bool MemoryCluster::accepts(int member, std::int64_t generation) const {
  const auto found = members_.find(member);
  return found != members_.end() && !found->second.expired &&
         found->second.generation == generation && generation == generation_;
}

}  // namespace cortado::stream::testing
