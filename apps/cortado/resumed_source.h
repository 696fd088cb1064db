// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cortado/base/ids.h"
#include "cortado/generator/generator.h"

namespace cortado::app {

/// Readings less those that a topic holds already, so that a demonstration that was killed goes on
/// where it stopped. Exact, since the readings and their partitions are the same each time and each
/// partition keeps their order: of every partition the first so many are passed over.
class ResumedSource final : public generator::ReadingSource {
 public:
  /// `sent` is the end offset of each partition.
  ResumedSource(generator::ReadingSource& source, std::vector<base::Offset> sent)
      : source_(source), sent_(std::move(sent)) {}

  base::Result<std::optional<generator::Reading>> next() override;
  base::Status reject(base::Error reason) override { return source_.reject(std::move(reason)); }
  base::Status rewind() override { return source_.rewind(); }
  std::int64_t done() const override { return source_.done(); }
  std::int64_t total() const override { return source_.total(); }
  std::int64_t rejected() const override { return source_.rejected(); }

 private:
  bool is_sent(const generator::Reading& reading);

  generator::ReadingSource& source_;
  std::vector<base::Offset> sent_;
};

}  // namespace cortado::app
