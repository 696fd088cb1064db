// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortado::app {

enum class DlqView { kList, kShow, kReplay };

/// What `cortado dlq` works on; the letters of kcat are as there.
struct DlqOptions {
  DlqView view = DlqView::kList;
  // Where to look.
  std::optional<std::int32_t> partition = {};  ///< -p, of the dead-letter topic; none = all
  std::string offset = "beginning";            ///< -o
  std::string until = {};                      ///< where to end: an offset or a time; empty = now
  std::int64_t count = 0;                      ///< -c; 0 = the view's own default
  // Which letters.
  std::string stage = {};   ///< exactly this stage
  std::string reason = {};  ///< a part of the reason
  std::string source = {};  ///< PARTITION or PARTITION:OFFSET of the input record
  /// Consumer groups of those who wrote them; "" = of whom the letter does not tell; none = any.
  std::vector<std::string> groups = {};
  // What to do with them.
  std::string by = "stage,reason";  ///< ls: what a line stands for
  std::string to = {};              ///< replay: topic; empty = the one that the letter names
  bool raw = false;                 ///< show: the value's bytes and nothing else
  bool dry_run = false;             ///< replay: say what would be sent
  bool all = false;                 ///< replay: no selection is meant
  bool by_key = false;              ///< replay: partition by the key, not the record's former one
  bool now = false;                 ///< replay: the time of sending, not the record's own

  bool selects() const {
    return partition || offset != "beginning" || !until.empty() || count > 0 || !stage.empty() ||
           !reason.empty() || !source.empty() || !groups.empty();
  }
};

}  // namespace cortado::app
