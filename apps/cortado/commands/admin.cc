// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "admin/lane_listing.h"
#include "commands.h"
#include "cortado/base/file_system.h"
#include "cortado/dashboard/api_client.h"
#include "json_line.h"

namespace cortado::app {
namespace {

/// What the server needs beyond the wait that it is told.
constexpr std::chrono::seconds kGrace{10};

base::Result<ExitCode> ask(const dashboard::ApiClient& client, const AdminOptions& options,
                           bool as_json) {
  CORTADO_ASSIGN(const std::string text, base::posix_file_system().read_file(options.token_file));
  CORTADO_ASSIGN(const std::string token, dashboard::parse_admin_token(text));
  const bool snapshot = options.action == dashboard::AdminAction::kSnapshot;
  JsonLine body;
  if (options.partition) body.number("partition", *options.partition);
  if (snapshot) body.number("wait", options.wait_s * 1000);
  const std::string path = "/api/v1/admin/" + std::string(dashboard::to_text(options.action));
  const auto patience = kGrace + std::chrono::seconds(snapshot ? options.wait_s : 0);
  CORTADO_ASSIGN(const auto answer, client.post(path, body.str(), token, patience));
  const ExitCode written = write_out(list_asked(answer, as_json));
  if (!snapshot || answer["durable"].boolean()) return written;
  return base::Error(base::ErrorCode::kUnavailable,
                     "not all of it is durable yet; it goes on: ask again, or raise "
                     "state.snapshot_rate");
}

base::Result<ExitCode> show(const dashboard::ApiClient& client, const AdminOptions& options,
                            bool as_json) {
  CORTADO_ASSIGN(const auto partitions, client.get("/api/v1/partitions"));
  return write_out(options.view == AdminView::kLag
                       ? list_lag(partitions, options.partition, as_json)
                       : list_lanes(partitions, options.partition, as_json));
}

}  // namespace

ExitCode run_admin(const CommandLine& line) {
  const auto client = dashboard::ApiClient::create(line.admin.url);
  if (!client.ok()) return report(client.error());
  const auto done = line.admin.view == AdminView::kAsk ? ask(*client, line.admin, line.json)
                                                       : show(*client, line.admin, line.json);
  return done.ok() ? *done : report(done.error());
}

}  // namespace cortado::app
