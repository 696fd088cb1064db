// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::config {

/// A configuration file, already read.
struct YamlSource {
  std::string text;
  std::string name = "cortado.yaml";  ///< as messages name it
};

/// One value from the command line.
struct FlagSource {
  std::string path;         ///< "stream.threads", or a mapping's member: "kafka.properties.acks"
  std::string value;        ///< as a person wrote it
  std::string origin = {};  ///< "flag --preset"; never holds the value; empty = "flag --set <path>"
};

/// Everything that a configuration is made of, in order of rising precedence: the defaults in the
/// options, the file, the environment, the flags (a later one wins).
struct ConfigSources {
  std::optional<YamlSource> yaml;
  /// The whole environment. CORTADO_STREAM_THREADS sets stream.threads; every other variable serves
  /// ${NAME} alone.
  std::map<std::string, std::string> environment;
  std::vector<FlagSource> flags;
  /// CORTADO_ variables that mean something else to the program and are no mistake. Neither is one
  /// that a value asks for as ${NAME}; any other that is no key is worth a warning.
  std::set<std::string> other_variables;
  /// Reads ${file:PATH}; without it such a value is an error.
  base::FileSystem* files = nullptr;
};

/// What load() found out beside the values themselves.
class LoadedConfig {
 public:
  /// Where the value of a key stands: "default", "cortado.yaml:12", "environment CORTADO_...",
  /// "flag ...". A mapping's member is asked for as "kafka.properties.acks", a list's item as
  /// "input.topics[0]".
  std::string origin(std::string_view path) const;

  /// Return `message` behind the place of the key, or of the mapping's member, that it begins with
  /// ("kafka.properties: acks cannot be ..."); unchanged where it begins with none that was set.
  std::string locate(const std::string& message) const;

  /// True if the value of this key must not be shown.
  bool secret(std::string_view path) const { return secrets_.contains(std::string(path)); }

  /// Return `text` with every secret value in it replaced by "<redacted>"; for errors and logs that
  /// may quote one. Values of fewer than 4 bytes are too short to tell from other text and stay.
  std::string redact(std::string text) const;

  /// Environment variables that look like keys and are none, one line each with the nearest key.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  friend class Loading;
  friend class Printing;

  std::map<std::string, std::string> origins_;
  /// Secret path -> what may be printed in its place: "${file:...}" as written, or "<redacted>".
  std::map<std::string, std::string> secrets_;
  std::set<std::string> secret_values_;
  std::vector<std::string> warnings_;
};

/// Bind the sources' values into the structs behind `options`.
///
/// Values: `${NAME}`, `${NAME:-default}` (unset or empty) and `${file:PATH}` (last newline cut) are
/// replaced inside every scalar value, never in keys; `$${` is a plain `${`. What comes out is
/// never read as YAML again. An environment variable or flag is taken as it is where the key holds
/// a single value (but quotes around it are removed) and is read as YAML where the key holds a list
/// or a mapping. A list or mapping replaces the one of lower precedence; a flag for a mapping's
/// member (`kafka.properties.security.protocol`) changes that member alone.
///
/// Secret are: options marked so (of a mapping all members but those that its `choices` name),
/// members of other mappings whose name contains password, secret, jaas or key, and every value
/// with something out of a ${file:}.
///
/// **Errors:** kInvalidConfig, one line a mistake, all of them at once: each names its place, the
/// key and what was expected; unknown keys with the nearest known one, equal keys with both lines.
/// Secrets are not quoted. After an error the structs hold a mixture of old and new values.
base::Result<LoadedConfig> load(const ConfigSources& sources, const base::Options& options);

/// Return "CORTADO_STREAM_THREADS" for "stream.threads".
std::string environment_name(std::string_view path);

/// True if a member of a mapping with this name is a secret.
bool is_secret_name(std::string_view name);

}  // namespace cortado::config
