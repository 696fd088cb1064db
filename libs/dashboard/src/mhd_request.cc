// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "mhd_request.h"

#include <cstring>

#include <microhttpd.h>

namespace cortado::dashboard {
namespace {

std::optional<std::string> lookup(MHD_Connection* connection, MHD_ValueKind kind,
                                  const char* name) {
  const char* value = nullptr;
  std::size_t size = 0;
  if (MHD_lookup_connection_value_n(connection, kind, name, std::strlen(name), &value, &size) !=
          MHD_YES ||
      value == nullptr)
    return std::nullopt;
  return std::string(value, size);
}

}  // namespace

std::optional<std::string> MhdRequest::query(const char* name) const {
  return lookup(connection_, MHD_GET_ARGUMENT_KIND, name);
}

std::optional<std::string> MhdRequest::header(const char* name) const {
  return lookup(connection_, MHD_HEADER_KIND, name);
}

}  // namespace cortado::dashboard
