// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "substitution.h"

#include <algorithm>

#include "cortado/config/config.h"

namespace cortado::config {
namespace {

constexpr std::string_view kFile = "file:";

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), fits);
}

base::Error invalid(std::string message) {
  return base::Error(base::ErrorCode::kInvalidConfig, std::move(message));
}

/// What stands between the braces, and how it is resolved.
class Reference {
 public:
  Reference(std::string_view body, const std::map<std::string, std::string>& environment,
            base::FileSystem* files)
      : body_(body), environment_(environment), files_(files) {}

  bool is_file() const { return body_.starts_with(kFile); }
  bool is_variable() const { return !is_file(); }
  bool is_secret() const { return is_file() || is_secret_name(name()); }
  bool has_default() const { return !is_file() && body_.find(":-") != std::string_view::npos; }

  base::Result<std::string> resolve() const { return is_file() ? from_file() : from_variable(); }

  std::string_view name() const { return body_.substr(0, body_.find(":-")); }

 private:
  base::Result<std::string> from_file() const {
    const std::string path(body_.substr(kFile.size()));
    if (files_ == nullptr) return invalid("${file:" + path + "} cannot be read here");
    auto bytes = files_->read_file(path);
    if (!bytes.ok()) return invalid("${file:" + path + "}: " + bytes.error().message());
    if (bytes->ends_with('\n')) bytes->pop_back();
    if (bytes->ends_with('\r')) bytes->pop_back();
    return bytes;
  }

  base::Result<std::string> from_variable() const {
    if (!is_name(name())) {
      return invalid("\"${" + std::string(body_) +
                     "}\" is not ${NAME}, ${NAME:-default} or ${file:PATH}; write $${ for a plain "
                     "${");
    }
    const auto found = environment_.find(std::string(name()));
    const bool set = found != environment_.end() && !found->second.empty();
    if (has_default()) return set ? found->second : std::string(body_.substr(name().size() + 2));
    if (found != environment_.end()) return found->second;
    const std::string variable(name());
    return invalid("the environment variable " + variable + " is not set; set it or write ${" +
                   variable + ":-default}");
  }

  std::string_view body_;
  const std::map<std::string, std::string>& environment_;
  base::FileSystem* files_;
};

}  // namespace

base::Result<Substituted> substitute(std::string_view text,
                                     const std::map<std::string, std::string>& environment,
                                     base::FileSystem* files) {
  Substituted result;
  std::size_t position = 0;
  while (position < text.size()) {
    const std::string_view rest = text.substr(position);
    if (rest.starts_with("$${")) {
      result.text += "${";
      position += 3;
      continue;
    }
    if (!rest.starts_with("${")) {
      result.text += rest[0];
      ++position;
      continue;
    }
    const std::size_t close = rest.find('}');
    if (close == std::string_view::npos)
      return invalid("\"${\" has no \"}\"; write $${ for a plain ${");
    const Reference reference(rest.substr(2, close - 2), environment, files);
    CORTADO_ASSIGN(const std::string value, reference.resolve());
    if (reference.is_variable()) result.variables.emplace_back(reference.name());
    if (reference.is_secret()) result.secrets.push_back(value);
    result.is_reference = close + 1 == text.size() && position == 0 && !reference.has_default();
    result.text += value;
    position += close + 1;
  }
  return result;
}

bool is_whole_reference(std::string_view text) {
  if (!text.starts_with("${") || text.find('}') + 1 != text.size()) return false;
  const std::string_view body = text.substr(2, text.size() - 3);
  return body.starts_with(kFile) || is_name(body);
}

std::string escape_references(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

}  // namespace cortado::config
