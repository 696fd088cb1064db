// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "board.h"

namespace cortado::dashboard {
namespace {

/// A cursor of a former server must not be taken for one of ours.
std::string new_mark(base::Clock& clock) {
  return std::to_string(clock.now_ms()) + "-" +
         std::to_string(clock.steady().count() % 1'000'000'007);
}

}  // namespace

Board::Board(const HttpConfig& http, DashboardFacts facts, base::Clock& time)
    : config(http), clock(time), started_ms(time.now_ms()), model(http), server(new_mark(time)) {
  situation.facts = std::move(facts);
  situation.reason = "starting";
  situation.started_ms = started_ms;
  situation.server = server;
}

}  // namespace cortado::dashboard
