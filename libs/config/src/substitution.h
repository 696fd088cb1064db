// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"

namespace cortado::config {

/// A value after its references were replaced.
struct Substituted {
  std::string text;
  /// What came out of files and of variables with a secret's name.
  std::vector<std::string> secrets;
  std::vector<std::string> variables = {};  ///< names of those that were asked for
  /// True if the whole value is one reference without a default, so that the value as written shows
  /// nothing of it.
  bool is_reference = false;
};

/// Replace ${NAME}, ${NAME:-default} and ${file:PATH} in `text`, and `$${` by `${`. **Errors:**
/// kInvalidConfig naming the variable or file.
base::Result<Substituted> substitute(std::string_view text,
                                     const std::map<std::string, std::string>& environment,
                                     base::FileSystem* files);

/// True if the text is one ${NAME} or ${file:PATH}, so that it shows nothing of a secret.
bool is_whole_reference(std::string_view text);

/// Return `text` so that substitute() gives `text` back.
std::string escape_references(std::string_view text);

}  // namespace cortado::config
