// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cortado/base/result.h"
#include "cortado/generator/generator.h"
#include "cortado/generator/pacing.h"
#include "cortado/generator/sink.h"

namespace cortado::generator {

/// Open an EPA AQS hourly CSV (plain or gzip) as a source of readings. `rejects` may be null: rows
/// are then only counted; a row rejected once is kept once, however often the file loops.
/// **Errors:** kNotFound, kIo, kCorrupt (no usable header).
base::Result<std::unique_ptr<ReadingSource>> open_csv(const std::string& path,
                                                      const GeneratorConfig& config,
                                                      RejectSink* rejects);

}  // namespace cortado::generator
