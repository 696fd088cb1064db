// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cortado/dashboard/json_value.h"

namespace cortado::app {

/// What `top` draws, as the REST interface answers it.
struct TopAnswers {
  dashboard::JsonValue info;
  dashboard::JsonValue engine;
  dashboard::JsonValue partitions;
  dashboard::JsonValue devices;
};

/// Draw one screen of at most `rows` lines and `columns` characters a line (0 = no bound): state of
/// the engine, lanes that are behind first, devices. Control characters of names become dots. Pure.
std::string draw_top(const TopAnswers& answers, std::size_t rows, std::size_t columns);

}  // namespace cortado::app
