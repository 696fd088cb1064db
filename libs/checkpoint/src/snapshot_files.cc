// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "snapshot_files.h"

#include <algorithm>
#include <charconv>

#include "cortado/base/hash.h"

namespace cortado::checkpoint {
namespace {

constexpr std::string_view kManifest = ".manifest";
constexpr std::string_view kRoot = ".root.manifest";
constexpr std::string_view kPack = ".pack";
constexpr std::string_view kTemporary = ".tmp";
constexpr std::size_t kDigits = 16;
constexpr std::size_t kStemSize = kDigits + 1 + kDigits;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_name(std::string_view name, std::string_view ending) {
  return name.size() == kStemSize + ending.size() && name.ends_with(ending) &&
         is_hex(name.substr(0, kDigits)) && name[kDigits] == '-' &&
         is_hex(name.substr(kDigits + 1, kDigits));
}

std::string make_name(std::uint64_t number, std::string_view bytes, std::uint64_t writer,
                      std::string_view ending) {
  return base::to_hex(number) + "-" + base::to_hex(base::hash64(bytes, writer)) +
         std::string(ending);
}

}  // namespace

std::string_view pack_header() {
  static constexpr char kHeader[kPackHeaderSize] = {'C', 'T', 'P', 'K', 1, 0, 0, 0};
  return {kHeader, kPackHeaderSize};
}

std::string manifest_name(std::uint64_t number, std::string_view bytes, std::uint64_t writer,
                          bool root) {
  return make_name(number, bytes, writer, root ? kRoot : kManifest);
}

std::string pack_name(std::uint64_t number, std::string_view bytes, std::uint64_t writer) {
  return make_name(number, bytes, writer, kPack);
}

std::string manifest_hash(std::string_view bytes) { return base::to_hex(base::hash64(bytes)); }

bool is_manifest_name(std::string_view name) {
  return is_name(name, kManifest) || is_root_name(name);
}

bool is_root_name(std::string_view name) { return is_name(name, kRoot); }

bool is_pack_name(std::string_view name) { return is_name(name, kPack); }

bool is_leftover(std::string_view name) {
  if (!name.ends_with(kTemporary)) return false;
  name.remove_suffix(kTemporary.size());
  return is_manifest_name(name) || is_pack_name(name);
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (!is_manifest_name(name) && !is_pack_name(name)) return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + kDigits, number, 16);
  return number;
}

}  // namespace cortado::checkpoint
