// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

#include "cortado/record/byte_source.h"

namespace cortado::record::testing {

/// Gives its bytes a few at a time, then the end or an error.
class DripSource : public ByteSource {
 public:
  DripSource(std::string bytes, std::size_t drop, bool fails = false)
      : bytes_(std::move(bytes)), drop_(drop), fails_(fails) {}

  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t count = bytes_.copy(buffer, std::min(size, drop_), at_);
    at_ += count;
    if (count == 0 && fails_) return base::Error(base::ErrorCode::kIo, "the disk is on fire");
    return count;
  }
  std::int64_t position() const override { return static_cast<std::int64_t>(at_); }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::string bytes_;
  std::size_t drop_;
  bool fails_;
  std::size_t at_ = 0;
};

}  // namespace cortado::record::testing
