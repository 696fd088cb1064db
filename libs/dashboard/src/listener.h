// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/base/result.h"

namespace cortado::dashboard {

/// A listening socket; closed with the object unless released.
class Listener {
 public:
  /// Bind and listen. **Errors:** kInvalidConfig if `listen` is no host:port or the host is
  /// unknown; kUnavailable if the address cannot be had.
  static base::Result<Listener> open(const std::string& listen);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int release();
  /// "127.0.0.1:8080" with the real port.
  const std::string& address() const { return address_; }

 private:
  Listener(int descriptor, std::string address);

  int descriptor_;
  std::string address_;
};

}  // namespace cortado::dashboard
