// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "cortado/config/config.h"
#include "memory_file_system.h"
#include "sample_config.h"

namespace cortado::config {

/// Loads the sample configuration from what a test writes.
class LoadTest : public ::testing::Test {
 protected:
  base::Result<LoadedConfig> load_yaml(const std::string& text) {
    sources_.yaml = YamlSource{.text = text};
    return load(sources_, options_);
  }
  std::string error_of(const std::string& text) {
    const auto loaded = load_yaml(text);
    return loaded.ok() ? "no error" : loaded.error().message();
  }
  std::string error_of_flag(const std::string& path, const std::string& value) {
    sources_.yaml.reset();
    sources_.flags = {{.path = path, .value = value}};
    const auto loaded = load(sources_, options_);
    return loaded.ok() ? "no error" : loaded.error().message();
  }

  testing::SampleConfig config_;
  base::Options options_ = describe(config_);
  base::testing::MemoryFileSystem files_;
  ConfigSources sources_{.yaml = std::nullopt,
                         .environment = {},
                         .flags = {},
                         .other_variables = {},
                         .files = &files_};
};

}  // namespace cortado::config
