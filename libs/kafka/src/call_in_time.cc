// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "call_in_time.h"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

namespace cortado::kafka {
namespace {

constexpr std::chrono::milliseconds kGlance{50};

}  // namespace

bool call_in_time(std::function<void()> call, const std::function<bool()>& gives_up) {
  std::packaged_task<void()> task(std::move(call));
  const std::future<void> done = task.get_future();
  std::thread(std::move(task)).detach();
  while (done.wait_for(kGlance) != std::future_status::ready) {
    if (gives_up()) return false;
  }
  return true;
}

}  // namespace cortado::kafka
