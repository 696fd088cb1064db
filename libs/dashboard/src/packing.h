// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "http_server.h"

namespace cortado::dashboard {

/// Return true if a request's Accept-Encoding lets us answer with gzip.
bool takes_gzip(std::string_view accept_encoding);

/// Pack the body of an answer if that is worth it: tiny ones gain nothing, and huge ones would keep
/// the server's one thread from others. A stream is packed event by event, each whole at the
/// client before the next. What is packed already, or constant, stays as it is.
void pack(HttpResponse& response);

}  // namespace cortado::dashboard
