// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace cortado::kafka {

/// Make a call of librdkafka that heeds no timeout on a thread of its own, and wait for it. Returns
/// false if `gives_up` was true before it returned: it runs on, so all that it uses must be its own
/// or stay for ever, a client's handle included (Client::abandon).
bool call_in_time(std::function<void()> call, const std::function<bool()>& gives_up);

}  // namespace cortado::kafka
