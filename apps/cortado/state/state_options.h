// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortado::app {

enum class StateView { kList, kInspect, kVerify, kExport, kImport, kReset, kRewind, kSkip };

/// What `cortado state` works on.
struct StateOptions {
  StateView view = StateView::kList;
  std::optional<std::int32_t> partition = {};  ///< -p; none = all
  std::vector<std::string> devices = {};       ///< none = all
  std::string snapshot = {};  ///< ls, inspect, export: a manifest instead of the used one
  std::string file = {};      ///< export: -o; import: the file to read
  std::string to = {};        ///< rewind, reset: where to
  std::vector<std::int64_t> offsets = {};  ///< skip
  bool list_devices = false;               ///< ls
  bool offline = false;                    ///< do not ask the group: take the newest snapshots
  bool by_key = false;                     ///< import: a device's partition is that of its name
  bool replace = false;                    ///< import: over a state that is there
  bool forget_skips = false;  ///< reset: offsets that were passed over are scored again
  bool yes = false;           ///< reset, rewind, skip: do it
};

}  // namespace cortado::app
