// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "snapshot_chain.h"

#include <algorithm>

#include "snapshot_files.h"

namespace cortado::checkpoint {

void SnapshotChain::add(std::string name, const Manifest& manifest) {
  Link link{.name = std::move(name), .packs = {}};
  for (const PackFile& pack : manifest.packs) link.packs.insert(pack.name);
  links_.push_back(std::move(link));
}

std::vector<std::string> SnapshotChain::supersede(std::string_view name) {
  const auto named = std::find_if(links_.begin(), links_.end(),
                                  [name](const Link& link) { return link.name == name; });
  if (named == links_.end()) return {};
  const auto before = static_cast<std::size_t>(named - links_.begin());
  const std::size_t dropped = before > kKeptBefore ? before - kKeptBefore : 0;
  std::set<std::string> doomed = std::move(found_);
  found_.clear();
  for (std::size_t i = 0; i < dropped; ++i) {
    doomed.insert(links_[i].name);
    doomed.insert(links_[i].packs.begin(), links_[i].packs.end());
  }
  links_.erase(links_.begin(), links_.begin() + static_cast<std::ptrdiff_t>(dropped));
  for (const Link& link : links_) {
    doomed.erase(link.name);
    for (const std::string& pack : link.packs) doomed.erase(pack);
  }
  std::vector<std::string> result(doomed.begin(), doomed.end());
  std::stable_partition(result.begin(), result.end(), is_manifest_name);
  return result;
}

}  // namespace cortado::checkpoint
