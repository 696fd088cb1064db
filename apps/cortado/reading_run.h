// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <string>

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

/// Say on standard error how many bad rows are kept, and where.
void tell_rejected(std::int64_t rows, const RejectFileSink& rejects);

/// Make the simulator and write the labels of its injected faults to a file if one is named.
base::Result<std::unique_ptr<generator::ReadingSource>> open_simulator(
    const generator::SimulatorConfig& config, const std::string& labels_path);

/// Return a callback that draws a progress bar on standard error, if that is a terminal.
generator::ProgressCallback terminal_progress();

}  // namespace cortado::app
