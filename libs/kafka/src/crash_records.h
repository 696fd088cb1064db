// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cortado/stream/crash_journal.h"
#include "topic_files.h"

namespace cortado::kafka {

/// Deaths at records of a lane as files of its partition of the state topic: `<name>.death`, whose
/// bytes are the offset in digits (docs/formats/state-topic.md).
class CrashRecords {
 public:
  explicit CrashRecords(TopicFiles& files) : files_(files) {}

  base::Status tell(std::span<const stream::CrashDeath> deaths);
  /// What cannot be understood is passed over.
  base::Result<std::vector<stream::CrashDeath>> told();
  base::Status forget(std::span<const std::string> names);

 private:
  TopicFiles& files_;
};

}  // namespace cortado::kafka
