// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client.h"

namespace cortado::kafka {

/// Leave the group and close the consumer, serving its callbacks. Bounded: a consumer that does not
/// end within some seconds (librdkafka 2.0.2 may hang there) is abandoned with a warning.
void close_consumer(Client& client);

}  // namespace cortado::kafka
