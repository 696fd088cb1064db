// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/state_export.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>

#include <unistd.h>

#include "json_line.h"
#include "state/import_plan.h"
#include "state/state_views.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

/// A rename puts a file in the place of a device, a pipe or a link too.
base::Status check_place(const std::string& path) {
  std::error_code ignored;  // whatever keeps us from looking keeps us from writing too
  const auto found = std::filesystem::symlink_status(path, ignored);
  if (!std::filesystem::exists(found) || std::filesystem::is_regular_file(found)) return {};
  return Error(ErrorCode::kInvalidConfig,
               path +
                   (std::filesystem::is_symlink(found) ? " is a symbolic link"
                                                       : " is there and is no regular file") +
                   ": an export takes the place of what has its name; name a file");
}

/// A file of any size that is there whole or not at all.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".tmp") {}
  ~NewFile() {
    if (file_ == nullptr) return;
    file_.reset();
    std::remove(temporary_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// **Errors:** kInvalidConfig where something else than a file would be replaced, kIo.
  base::Status open() {
    for (const std::string& path : {path_, temporary_}) CORTADO_TRY(check_place(path));
    file_.reset(std::fopen(temporary_.c_str(), "wb"));
    return file_ == nullptr ? base::Status(failed("cannot create")) : base::Status();
  }
  base::Status write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size()) return {};
    return failed("cannot write");
  }
  base::Status finish() {
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0)
      return failed("cannot write");
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return failed("cannot rename to");
    file_.reset();
    return {};
  }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Error failed(const std::string& what) const {
    return {ErrorCode::kIo, what + " " + path_ + ": " + std::generic_category().message(errno)};
  }

  std::string path_;
  std::string temporary_;
  std::unique_ptr<std::FILE, Closer> file_;
};

struct Source {
  const LaneView* lane;
  ChosenSnapshot chosen;
};

base::Result<std::vector<Source>> find_sources(const StateAccess& access) {
  std::vector<Source> sources;
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(auto chosen, access.choose(lane));
    if (chosen) sources.push_back({&lane, std::move(*chosen)});
  }
  if (sources.empty()) return Error(ErrorCode::kNotFound, "there is no snapshot to export");
  return sources;
}

/// Tell where a lane stands, and what it passes over: also what stands beside the group's offset
/// alone until a worker comes there.
checkpoint::ExportedLane exported_lane(const checkpoint::Manifest& manifest, const LaneView& lane) {
  checkpoint::ExportedLane exported{manifest.identity.lane.partition, manifest.facts};
  if (!lane.pointer) return exported;
  exported.facts.skipped = merged(std::move(exported.facts.skipped), lane.pointer->skipped);
  exported.dismissed = lane.pointer->dismissed;
  return exported;
}

/// Name what all snapshots have in common.
base::Result<checkpoint::ExportHead> make_head(const std::vector<Source>& sources) {
  checkpoint::ExportHead head;
  for (const Source& source : sources) {
    const checkpoint::Manifest& manifest = *source.chosen.found.manifest;
    const checkpoint::LaneIdentity& found = manifest.identity;
    if (head.lanes.empty()) {
      head.topic = found.lane.topic;
      head.partition_count = found.partition_count;
      head.hash_name = found.hash_name;
      head.cluster_id = found.cluster_id;
      head.model_hash = found.model_hash;
    } else if (found.model_hash != head.model_hash || found.cluster_id != head.cluster_id ||
               found.partition_count != head.partition_count) {
      return Error(ErrorCode::kInvalidConfig,
                   "the lanes' snapshots are of different configurations or clusters: export them "
                   "apart, by -p");
    }
    head.lanes.push_back(exported_lane(manifest, *source.lane));
  }
  return head;
}

struct ExportCounts {
  std::int64_t devices = 0;
  std::int64_t bytes = 0;
};

base::Result<ExportCounts> write_devices(const std::vector<Source>& sources,
                                         const StateOptions& options,
                                         checkpoint::ExportWriter& writer) {
  ExportCounts counts;
  std::set<std::string> missing(options.devices.begin(), options.devices.end());
  for (const Source& source : sources) {
    const checkpoint::Manifest& manifest = *source.chosen.found.manifest;
    for (const auto& entry : manifest.entries) {
      if (!options.devices.empty() && missing.erase(entry.device) == 0) continue;
      checkpoint::ExportedDevice device{.device = entry.device,
                                        .partition = source.lane->lane.partition,
                                        .next = std::max(entry.next, manifest.facts.low_water),
                                        .blob = {}};
      CORTADO_ASSIGN(device.blob, source.lane->archive().read(manifest, entry));
      CORTADO_TRY(writer.add(device));
      ++counts.devices;
      counts.bytes += static_cast<std::int64_t>(device.blob.bytes.size());
    }
  }
  if (missing.empty()) return counts;
  return Error(ErrorCode::kNotFound, "no snapshot holds a state of device " + *missing.begin());
}

}  // namespace

base::Result<ExitCode> export_state(StateAccess& access, const StateOptions& options, bool json) {
  CORTADO_ASSIGN(const auto sources, find_sources(access));
  CORTADO_ASSIGN(const auto head, make_head(sources));
  NewFile file(options.file);
  CORTADO_TRY(file.open());
  checkpoint::ExportWriter writer([&file](std::string_view bytes) { return file.write(bytes); });
  CORTADO_TRY(writer.begin(head));
  CORTADO_ASSIGN(const ExportCounts counts, write_devices(sources, options, writer));
  CORTADO_TRY(writer.end());
  CORTADO_TRY(file.finish());
  if (json) {
    JsonLine line;
    line.text("command", "state export")
        .text("file", options.file)
        .number("devices", counts.devices)
        .number("bytes", counts.bytes)
        .number("lanes", static_cast<std::int64_t>(sources.size()));
    std::printf("%s\n", line.str().c_str());
  }
  std::fprintf(stderr, "cortado: %lld devices of %zu partitions are in %s\n",
               static_cast<long long>(counts.devices), sources.size(), options.file.c_str());
  return ExitCode::kOk;
}

}  // namespace cortado::app
