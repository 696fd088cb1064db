// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "host_names.h"

#include <gtest/gtest.h>

namespace cortado::dashboard {
namespace {

TEST(HostNames, Table) {
  const HostNames names("0.0.0.0:8080", {"Cortado.example", "proxy"}, "Worker-3");
  for (const char* const known :
       {"localhost", "localhost:8080", "10.1.2.3", "10.1.2.3:8080", "[::1]", "[fe80::1]:8080",
        "worker-3", "WORKER-3:8080", "cortado.example:443", "proxy"}) {
    EXPECT_TRUE(names.has(known)) << known;
  }
  for (const char* const foreign :
       {"", "evil.example", "worker-3.evil.example", "10.1.2.3.evil.example:8080", "[evil]",
        "cortado.example.evil", "127.evil.example"}) {
    EXPECT_FALSE(names.has(foreign)) << foreign;
  }
  EXPECT_TRUE(HostNames("worker-9.lan:80", {}, "").has("worker-9.lan"));
}

TEST(HostNames, ThisMachineHasAName) { EXPECT_NE(machine_name(), ""); }

}  // namespace
}  // namespace cortado::dashboard
