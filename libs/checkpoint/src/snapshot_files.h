// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cortado::checkpoint {

/// The first bytes of every pack: magic, format version, two zero bytes.
constexpr std::size_t kPackHeaderSize = 8;
std::string_view pack_header();

/// Names of manifests and packs: <number>-<hash of the bytes and their writer>.manifest or .pack,
/// both in 16 hexadecimal digits, so that names sort by number and none is ever used twice.
/// A manifest that is a Lineage::kRoot ends in .root.manifest: damage to its bytes hides it not.
std::string manifest_name(std::uint64_t number, std::string_view bytes, std::uint64_t writer,
                          bool root = false);
std::string pack_name(std::uint64_t number, std::string_view bytes, std::uint64_t writer);
/// What a pointer carries to check a manifest's bytes by: 16 hexadecimal digits.
std::string manifest_hash(std::string_view bytes);
bool is_manifest_name(std::string_view name);
bool is_root_name(std::string_view name);
bool is_pack_name(std::string_view name);
/// True for what an interrupted write left behind.
bool is_leftover(std::string_view name);
/// Return the number in a manifest's or pack's name.
std::optional<std::uint64_t> number_of(std::string_view name);

}  // namespace cortado::checkpoint
