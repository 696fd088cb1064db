// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cortado/config/config.h"
#include "option_index.h"

namespace cortado::config {

/// What stands in print and errors where a secret is.
inline constexpr std::string_view kRedacted = "<redacted>";

/// One call of load(): applies the sources one after the other and collects every mistake.
class Loading {
 public:
  Loading(const ConfigSources& sources, const base::Options& options);

  base::Result<LoadedConfig> run();

 private:
  void apply_file();
  void apply_environment();
  void apply_flags();

  /// Bind what lies below `block`, "" being the whole file.
  void bind_fields(const base::OptionNode& fields, const std::string& block);
  void bind_field(const std::string& path, const base::OptionNode& node);
  /// Read the text of a flag or variable as `option` (or one member of it) takes it; none after a
  /// problem.
  std::optional<base::OptionNode> read_value(const std::string& text, const std::string& origin,
                                             bool single);
  /// Replace references in `node`, a value of `option` or of one of its parts, and note origins and
  /// secrets; false after a problem.
  bool resolve(base::OptionNode& node, const std::string& path, const base::Option& option,
               bool secret);
  bool resolve_scalar(base::OptionNode& node, const std::string& path, bool secret);
  void set(const base::Option& option, base::OptionNode node);
  void stage_flag(const FlagSource& flag, const std::string& origin);

  void forget(const std::string& path);
  std::string kind_hint(const base::Option& option, const base::OptionNode& node) const;
  void unknown_key(const std::string& origin, const std::string& path);
  /// Warn of variables that look like keys, are none and that no value asks for.
  void warn_of_variables();
  std::string unknown_variable(const std::string& variable) const;
  void problem(const std::string& origin, const std::string& message);

  const ConfigSources& sources_;
  const base::Options& options_;
  OptionIndex index_;
  LoadedConfig loaded_;
  std::map<std::string, std::string> set_in_file_;  ///< path -> place
  /// The flags' values by option: several flags may add members to one mapping.
  std::map<const base::Option*, base::OptionNode> staged_;
  std::set<std::string> referenced_;         ///< variables that a ${NAME} asks for
  std::set<std::string> unknown_variables_;  ///< CORTADO_ ones that are no key
  std::vector<std::string> problems_;
};

}  // namespace cortado::config
