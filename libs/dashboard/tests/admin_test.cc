// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What the holder of the token may ask over HTTP.
#include "cortado/dashboard/admin.h"

#include <chrono>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin_routes.h"
#include "cortado/dashboard/api_client.h"
#include "served_dashboard.h"

namespace cortado::dashboard {
namespace {

using testing::fetch;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::TestClient;

constexpr const char* kToken = "0123456789abcdef-token";

/// Keeps what is asked; answers when the test says so.
class RecordingActions final : public AdminActions {
 public:
  void ask(const AdminRequest& request, std::function<void(AdminAnswer)> done) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (held_) {
      waiting_.push_back(std::move(done));
    } else {
      done(answer);
    }
  }
  void hold() { held_ = true; }
  std::vector<AdminRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    for (auto& done : waiting_) done(answer);
    waiting_.clear();
  }

  AdminAnswer answer = std::vector<AdminLane>{{.partition = base::Partition(3),
                                               .state = LaneState::kPaused,
                                               .next_offset = base::Offset(77),
                                               .durable = true,
                                               .devices = 2,
                                               .bytes = 500}};

 private:
  std::mutex mutex_;
  bool held_ = false;
  std::vector<AdminRequest> requests_;
  std::vector<std::function<void(AdminAnswer)>> waiting_;
};

class AdminTest : public testing::ServedDashboard {
 protected:
  void serve_admin() { serve({}, {}, {.token = kToken, .actions = &actions}); }

  struct Post {
    std::string path = "/api/v1/admin/pause";
    std::string body = "{}";
    std::string headers =
        std::string("Authorization: Bearer ") + kToken + "\r\nContent-Type: application/json\r\n";
    std::string method = "POST";
    std::string host = "localhost";
  };
  HttpAnswer post(const Post& what) {
    TestClient client(dashboard->url());
    client.send(what.method + " " + what.path + " HTTP/1.1\r\nHost: " + what.host + "\r\n" +
                what.headers + "Content-Length: " + std::to_string(what.body.size()) + "\r\n\r\n" +
                what.body);
    return client.answer();
  }
  void expect_problem(const HttpAnswer& answer, int status, const std::string& detail) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr(detail));
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  }

  RecordingActions actions;
};

TEST_F(AdminTest, TheHolderOfTheTokenPausesAndResumes) {
  serve_admin();
  const HttpAnswer all = post({});
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.headers.at("content-type"), "application/json");
  EXPECT_EQ(all.body, R"({"action":"pause","columns":["partition","state","reason","nextOffset"],)"
                      R"("rows":[[3,"paused","",77]]})");
  EXPECT_EQ(post({.path = "/api/v1/admin/resume", .body = R"({"partition":3})"}).status, 200);
  ASSERT_EQ(actions.requests().size(), 2U);
  EXPECT_EQ(actions.requests()[0].action, AdminAction::kPause);
  EXPECT_FALSE(actions.requests()[0].partition);
  EXPECT_EQ(actions.requests()[1].action, AdminAction::kResume);
  EXPECT_EQ(actions.requests()[1].partition, base::Partition(3));
  EXPECT_THAT(fetch_until("/api/v1/journal?kind=admin", "resume").body,
              HasSubstr(R"("admin",3,"resume asked for over HTTP",1])"));
}

TEST_F(AdminTest, ASnapshotIsAnsweredWhenItIsDone) {
  serve_admin();
  actions.hold();
  TestClient client(dashboard->url());
  client.send(
      std::string("POST /api/v1/admin/snapshot HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                  "Bearer ") +
      kToken + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 13\r\n\r\n");
  client.send(R"({"wait":2500})");
  while (actions.requests().empty()) std::this_thread::yield();
  EXPECT_EQ(actions.requests()[0].wait, std::chrono::milliseconds(2500));
  // Others are served meanwhile.
  EXPECT_EQ(fetch(dashboard->url(), "/healthz").status, 200);
  actions.release();
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("durable":true,"columns":["partition","state","reason",)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("rows":[[3,"paused","",77,true,2,500]])"));
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
}

TEST_F(AdminTest, WhatIsNotDurableInTimeIsAccepted) {
  serve_admin();
  actions.answer = std::vector<AdminLane>{{.partition = base::Partition(0)}};
  const HttpAnswer answer = post({.path = "/api/v1/admin/snapshot"});
  EXPECT_EQ(answer.status, 202);
  EXPECT_THAT(answer.body, HasSubstr(R"("durable":false)"));
}

TEST_F(AdminTest, ErrorsOfTheEngineAreToldAsProblems) {
  serve_admin();
  for (const auto& [code, status] :
       std::vector<std::pair<base::ErrorCode, int>>{{base::ErrorCode::kNotFound, 404},
                                                    {base::ErrorCode::kUnsupported, 409},
                                                    {base::ErrorCode::kUnavailable, 503},
                                                    {base::ErrorCode::kIo, 503}}) {
    actions.answer = base::Error(code, "because");
    expect_problem(post({}), status, "because");
  }
}

TEST_F(AdminTest, TheSchemeOfTheTokenMayBeWrittenInAnyCase) {
  serve_admin();
  post({.headers = std::string("Authorization: bEARER ") + kToken +
                   "\r\nContent-Type: application/json\r\n"});
  EXPECT_EQ(actions.requests().size(), 1U);
}

TEST_F(AdminTest, OnlyTheTokenOpens) {
  serve_admin();
  const std::string json = "Content-Type: application/json\r\n";
  for (const std::string& header : {std::string(), std::string("Authorization: Bearer \r\n"),
                                    std::string("Authorization: Bearer 0123456789abcdef-tokeN\r\n"),
                                    std::string("Authorization: Bearer ") + kToken + "0\r\n",
                                    std::string("Authorization: Basic ") + kToken + "\r\n"}) {
    const HttpAnswer answer = post({.headers = header + json});
    expect_problem(answer, 401, "http.admin_token_file");
    EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer");
  }
  EXPECT_TRUE(actions.requests().empty());
}

TEST_F(AdminTest, ForeignPagesAndNamesAreRefused) {
  serve_admin();
  const Post good;
  expect_problem(post({.headers = good.headers + "Origin: http://evil.example\r\n"}), 403,
                 "origins");
  expect_problem(post({.headers = good.headers + "Origin: null\r\n"}), 403, "origins");
  expect_problem(post({.headers = good.headers + "Sec-Fetch-Site: cross-site\r\n"}), 403,
                 "origins");
  expect_problem(post({.host = "evil.example"}), 403, "localhost");
  EXPECT_TRUE(actions.requests().empty());
  EXPECT_EQ(post({.headers = good.headers + "Origin: http://localhost\r\n"}).status, 200);
}

TEST_F(AdminTest, WhoServesOthersIsAskedByItsOwnNamesAlone) {
  HttpConfig config;
  config.listen = "0.0.0.0:0";
  config.allowed_hosts = {"cortado.example"};
  serve(config, {}, {.token = kToken, .actions = &actions});
  const Post good;
  const HttpAnswer refused = post({.host = "evil.example:8080"});
  expect_problem(refused, 403, "http.allowed_hosts");
  EXPECT_THAT(refused.body, HasSubstr("evil.example:8080"));
  // A name of its own does not help the page that it serves either.
  expect_problem(
      post({.headers = good.headers + "Origin: http://evil.example\r\n", .host = "evil.example"}),
      403, "http.allowed_hosts");
  EXPECT_TRUE(actions.requests().empty());
  for (const char* const name : {"cortado.example", "127.0.0.1:8080", "localhost"})
    EXPECT_EQ(post({.host = name}).status, 200) << name;
  // Whoever only reads is served by any name, as before.
  EXPECT_EQ(fetch(dashboard->url(), "/api/v1/info", "Host: evil.example\r\n").status, 200);
}

TEST_F(AdminTest, OnlyJsonObjectsOfKnownFieldsAreTaken) {
  serve_admin();
  const std::string token = std::string("Authorization: Bearer ") + kToken + "\r\n";
  expect_problem(post({.headers = token}), 415, "application/json");
  expect_problem(post({.headers = token + "Content-Type: text/plain\r\n"}), 415,
                 "application/json");
  for (const char* body : {"", "[]", "3", "{", R"({"partition":-1})", R"({"partition":1.5})",
                           R"({"partition":"3"})", R"({"partitions":3})", R"({"wait":1})"})
    EXPECT_EQ(post({.body = body}).status, 400) << body;
  EXPECT_EQ(post({.path = "/api/v1/admin/snapshot", .body = R"({"wait":700000})"}).status, 400);
  expect_problem(post({.body = "{\"partition\":" + std::string(5000, ' ') + "3}"}), 413, "4096");
  EXPECT_TRUE(actions.requests().empty());
}

TEST_F(AdminTest, ABodyOfUnknownLengthIsRefused) {
  serve_admin();
  TestClient client(dashboard->url());
  client.send(std::string("POST /api/v1/admin/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                          "Bearer ") +
              kToken +
              "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              "2\r\n{}\r\n0\r\n\r\n");
  expect_problem(client.answer(), 411, "Content-Length");
}

TEST_F(AdminTest, OtherMethodsAndPathsAreNotThere) {
  serve_admin();
  const HttpAnswer get = fetch(dashboard->url(), "/api/v1/admin/pause");
  expect_problem(get, 405, "POST");
  EXPECT_EQ(get.headers.at("allow"), "POST");
  EXPECT_EQ(post({.method = "PUT"}).headers.at("allow"), "POST");
  EXPECT_EQ(post({.path = "/api/v1/admin/stop"}).status, 404);
  EXPECT_EQ(post({.path = "/api/v1/devices"}).headers.at("allow"), "GET, HEAD");
}

TEST_F(AdminTest, WithoutATokenThereAreNoSuchAddresses) {
  serve({}, {}, {.token = "", .actions = &actions});
  expect_problem(post({.headers = "Authorization: Bearer \r\nContent-Type: application/json\r\n"}),
                 404, "http.admin_token_file");
  EXPECT_EQ(fetch(dashboard->url(), "/api/v1/admin/pause").status, 404);
  EXPECT_TRUE(actions.requests().empty());
}

TEST_F(AdminTest, WhoWaitsIsToldWhenTheServerLeaves) {
  serve_admin();
  actions.hold();
  TestClient client(dashboard->url());
  client.send(
      std::string("POST /api/v1/admin/snapshot HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                  "Bearer ") +
      kToken + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  while (actions.requests().empty()) std::this_thread::yield();
  dashboard->stop();
  EXPECT_EQ(client.answer().status, 503);
  actions.release();  // nobody is there any more
}

TEST_F(AdminTest, AClientAsksWithItsToken) {
  serve_admin();
  const auto client = ApiClient::create(dashboard->url());
  ASSERT_TRUE(client.ok());
  const auto answer = client->post("/api/v1/admin/pause", "{}", kToken, std::chrono::seconds(60));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer)["action"].text(), "pause");
  const auto denied = client->post("/api/v1/admin/pause", "{}", "another-token-altogether",
                                   std::chrono::seconds(60));
  EXPECT_EQ(denied.error().code(), base::ErrorCode::kDenied);
}

TEST(AdminToken, IsComparedWholeAndReadWithoutSpace) {
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  for (const char* other : {"", "secre", "secrets", "Secret", "secretsecret"})
    EXPECT_FALSE(equal_in_constant_time("secret", other)) << other;
  EXPECT_FALSE(equal_in_constant_time("", "x"));
  EXPECT_EQ(*parse_admin_token("  0123456789abcdef\n"), "0123456789abcdef");
  for (const char* bad : {"", "short", "0123456789 abcdef",
                          "0123456789abcd\x01"
                          "f",
                          " \n"})
    EXPECT_EQ(parse_admin_token(bad).error().code(), base::ErrorCode::kInvalidConfig) << bad;
}

}  // namespace
}  // namespace cortado::dashboard
