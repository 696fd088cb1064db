// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/result.h"
#include "exit_code.h"
#include "state/state_access.h"

namespace cortado::app {

// The commands of `cortado state`; each prints to standard output, as JSON lines where `json` says
// so. **Errors:** those of the stores and the group.

/// Print the lanes, or with options.list_devices their devices.
base::Result<ExitCode> list_state(StateAccess& access, const StateOptions& options, bool json);
/// Print what is known of some devices' states.
base::Result<ExitCode> inspect_state(StateAccess& access, const StateOptions& options, bool json);
/// Read every snapshot of every lane; kFailed if anything is damaged.
base::Result<ExitCode> verify_state(StateAccess& access, bool json);
/// Write the devices asked for into one file.
base::Result<ExitCode> export_state(StateAccess& access, const StateOptions& options, bool json);
/// Take them out of one.
base::Result<ExitCode> import_state(StateAccess& access, const StateOptions& options, bool json);
/// Begin lanes or devices anew.
base::Result<ExitCode> reset_state(StateAccess& access, const StateOptions& options, bool json);
/// Let records that are still to be scored go to the dead-letter topic instead.
base::Result<ExitCode> skip_records(StateAccess& access, const StateOptions& options, bool json);
/// Let the group go on from an older snapshot.
base::Result<ExitCode> rewind_state(StateAccess& access, const StateOptions& options, bool json);

}  // namespace cortado::app
