// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "snapshot_chain.h"

#include <algorithm>
#include <iterator>

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
  const std::vector<Link> dropped = drop_before(static_cast<std::size_t>(named - links_.begin()));
  std::set<std::string> doomed = std::move(found_);
  found_.clear();
  for (const Link& link : dropped) {
    doomed.insert(link.name);
    doomed.insert(link.packs.begin(), link.packs.end());
  }
  for (const Link& link : links_) {
    doomed.erase(link.name);
    for (const std::string& pack : link.packs) doomed.erase(pack);
  }
  std::vector<std::string> result(doomed.begin(), doomed.end());
  std::stable_partition(result.begin(), result.end(), is_manifest_name);
  return result;
}

std::vector<SnapshotChain::Link> SnapshotChain::drop_before(std::size_t named) {
  std::vector<Link> kept;  // newest first
  std::vector<Link> dropped;
  std::size_t others = 0;
  for (std::size_t i = links_.size(); i-- > 0;) {
    Link& link = links_[i];
    const bool other = i < named && link.packs != kept.back().packs;
    const bool near = i + kKeptBefore >= named;
    if (near || (other && others < kKeptBefore)) {
      kept.push_back(std::move(link));
    } else {
      dropped.push_back(std::move(link));
    }
    if (other) ++others;
  }
  links_.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  return dropped;
}

}  // namespace cortado::checkpoint
