// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/stream/pointer.h"
#include "state/state_access.h"

namespace cortado::app {

/// A position that is to be committed, with what a person is told of it.
struct Move {
  const LaneView* lane = nullptr;
  base::Offset next;
  stream::Pointer pointer;  ///< who decided what is passed over is added by carry_out()
  std::string what;
  bool moves = true;  ///< false: only what stands beside the offset changes
};

/// Commit all moves in one request, or, without options.yes, only say what they are.
base::Status carry_out(StateAccess& access, const StateOptions& options,
                       const std::vector<Move>& moves, bool json);

}  // namespace cortado::app
