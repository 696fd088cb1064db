// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "app_config.h"
#include "cortado/generator/generator.h"
#include "cortado/generator/sink.h"
#include "cortado/record/reject_file.h"
#include "summary.h"

namespace cortado::app {

/// Rejected rows as JSON lines in a file.
class RejectFileSink final : public generator::RejectSink {
 public:
  explicit RejectFileSink(std::string path) : file_(std::move(path)) {}

  base::Status reject(const generator::Reject& reject) override {
    return file_.write({reject.line, reject.reason, reject.bytes});
  }
  base::Status close() { return file_.close(); }
  const std::string& path() const { return file_.path(); }

 private:
  record::RejectFile file_;
};

/// Where rejected rows of an input file go unless told otherwise.
std::string rejects_path(const std::string& flag, const std::string& input);

/// Refuse two names of one file among those of a run: writing over what is being read would destroy
/// it. Empty names and standard input and output are none. **Errors:** kInvalidConfig.
base::Status check_files_apart(std::initializer_list<std::string_view> paths);

/// Say in the log how many bad rows are kept, and where.
void tell_rejected(std::int64_t rows, const RejectFileSink& rejects);

/// Make the simulator and write the labels of its injected faults to a file if one is named.
base::Result<std::unique_ptr<generator::ReadingSource>> open_simulator(
    const generator::SimulatorConfig& config, const std::string& labels_path);

/// Return a callback that draws a progress bar on standard error, if that is a terminal.
generator::ProgressCallback terminal_progress();

}  // namespace cortado::app
