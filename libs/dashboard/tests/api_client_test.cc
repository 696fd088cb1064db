// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "served_dashboard.h"

namespace cortado::dashboard {
namespace {

using ::testing::HasSubstr;

class ApiClientTest : public testing::ServedDashboard {};

TEST_F(ApiClientTest, ReadsTablesByTheNamesOfColumns) {
  serve();
  publish("a \"quoted\" one", 1, 2);
  fetch_until("/api/v1/devices", "\"records\":2");
  const auto client = ApiClient::create(dashboard->url());
  ASSERT_TRUE(client.ok()) << client.error().message();
  const auto answer = client->get("/api/v1/devices?limit=5");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer)["totals"]["records"].number(), 2);
  const ApiTable table(*answer);
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(table.at(0, "device").text(), "a \"quoted\" one");
  EXPECT_EQ(table.at(0, "value").number(), 0.5);
  EXPECT_TRUE(table.at(0, "no such column").is_null());
  EXPECT_TRUE(table.at(9, "device").is_null());
}

TEST_F(ApiClientTest, TellsWhatTheServerSaid) {
  serve();
  const auto client = ApiClient::create(dashboard->url());
  const auto wrong = client->get("/api/v1/devices?limit=0");
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message(), HasSubstr("limit must be"));
  EXPECT_EQ(client->get("/api/v1/series?device=x").error().code(), base::ErrorCode::kNotFound);
  dashboard->stop();
  const auto gone = client->get("/api/v1/info");
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code(), base::ErrorCode::kUnavailable);
}

TEST(ApiClientCreate, TakesAddressesOnly) {
  for (const char* url :
       {"http://127.0.0.1:8080", "http://localhost:1/", "127.0.0.1:8080", "http://[::1]:8080/"})
    EXPECT_TRUE(ApiClient::create(url).ok()) << url;
  for (const char* url : {"", "http://", "http://host", "http://host:0", "http://host:99999",
                          "http://host:80/path", "https://host:80"})
    EXPECT_FALSE(ApiClient::create(url).ok()) << url;
}

}  // namespace
}  // namespace cortado::dashboard
