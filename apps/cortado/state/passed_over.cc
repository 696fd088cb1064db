// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state/passed_over.h"

#include "cortado/stream/pointer.h"
#include "state/import_plan.h"

namespace cortado::app {

base::Result<std::vector<base::Offset>> passed_over(const LaneView& lane) {
  auto offsets = lane.pointer ? lane.pointer->skipped : std::vector<base::Offset>();
  CORTADO_ASSIGN(const auto all, lane.archive().snapshots());
  for (const checkpoint::FoundSnapshot& found : all) {
    const bool ours = found.manifest && found.manifest->identity.lane == lane.lane;
    if (ours) offsets = merged(std::move(offsets), found.manifest->facts.skipped);
  }
  if (offsets.size() > stream::kMostSkipped) {
    offsets.erase(offsets.begin(), offsets.end() - stream::kMostSkipped);
  }
  return offsets;
}

}  // namespace cortado::app
