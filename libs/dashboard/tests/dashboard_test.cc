// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/dashboard.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assets.h"
#include "served_dashboard.h"

namespace cortado::dashboard {
namespace {

using testing::fetch;
using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::make_batch;
using testing::make_row;
using ::testing::StartsWith;
using testing::TestClient;

class DashboardTest : public testing::ServedDashboard {};

TEST_F(DashboardTest, ProbesTellHealthAndReadiness) {
  serve();
  EXPECT_EQ(fetch(dashboard->url(), "/healthz").body, "ok\n");
  HttpAnswer ready = fetch(dashboard->url(), "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "not ready: starting\n");
  dashboard->set_ready(true, "");
  EXPECT_EQ(fetch(dashboard->url(), "/readyz").status, 200);
  dashboard->set_ready(false, "partition 3 has stopped");
  EXPECT_EQ(fetch(dashboard->url(), "/readyz").body, "not ready: partition 3 has stopped\n");
}

TEST_F(DashboardTest, RestAnswersWithWhatWasPublished) {
  serve();
  publish("b", 1, 3);
  publish("a", 1, 1);
  dashboard->publish(make_batch(7, 4));
  const HttpAnswer devices = fetch_until("/api/v1/devices?spark=2", "\"batches\":1");
  EXPECT_EQ(devices.headers.at("content-type"), "application/json");
  EXPECT_THAT(devices.body, HasSubstr(R"("records":4)"));
  EXPECT_THAT(
      devices.body,
      HasSubstr(
          R"("rows":[["a",3,0,1,883616400000,0.25,0.25,null,"ok","",1,1,0,null,null,null,null,null,false,0,"ok",)"));
  EXPECT_THAT(devices.body, HasSubstr(R"(null,null,[0.25]],["b",)"));
  const HttpAnswer series = fetch(dashboard->url(), "/api/v1/series?device=b&limit=2");
  EXPECT_THAT(
      series.body,
      HasSubstr(R"("rows":[[2,883620000000,0.5,1,0.5,0.25,1.5,null,null,null,"ok","",2],[3,)"));
  EXPECT_THAT(fetch(dashboard->url(), "/api/v1/batches").body,
              HasSubstr(R"("rows":[[7,883612803500,4,2,40,42,false,)"));
  EXPECT_THAT(fetch(dashboard->url(), "/api/v1/info").body,
              StartsWith(R"({"version":"1.2.3","preset":"seed","inputTopic":"in")"));
}

TEST_F(DashboardTest, SeriesGoesOnFromACursor) {
  serve();
  publish("a", 1, 2);
  const std::string body = fetch_until("/api/v1/series?device=a", "[2,").body;
  const std::string cursor = body.substr(11, body.find('"', 11) - 11);
  publish("a", 3, 4);
  EXPECT_THAT(fetch_until("/api/v1/series?device=a&since=" + cursor, "[4,").body,
              HasSubstr(R"("rows":[[3,)"));
}

TEST_F(DashboardTest, WrongRequestsGetProblemDocuments) {
  serve();
  for (const auto& [path, status] :
       std::vector<std::pair<std::string, int>>{{"/api/v1/series", 400},
                                                {"/api/v1/series?device=nobody", 404},
                                                {"/api/v1/series?device=a&limit=0", 400},
                                                {"/api/v1/batches?limit=many", 400},
                                                {"/api/v1/devices?spark=-1", 400},
                                                {"/events?limit=99999999", 400},
                                                {"/nothing", 404},
                                                {"/../etc/passwd", 404}}) {
    const HttpAnswer answer = fetch(dashboard->url(), path);
    EXPECT_EQ(answer.status, status) << path;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << path;
    EXPECT_THAT(answer.body, HasSubstr("\"status\":" + std::to_string(status)));
  }
  TestClient client(dashboard->url());
  client.send("POST /api/v1/info HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  const HttpAnswer refused = client.answer();
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.at("content-type"), "application/problem+json");
}

TEST_F(DashboardTest, AnswersForbidForeignContentAndForeignNames) {
  serve();
  const HttpAnswer answer = fetch(dashboard->url(), "/api/v1/info");
  EXPECT_THAT(answer.headers.at("content-security-policy"), StartsWith("default-src 'none'"));
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  for (const std::string host : {"evil.example:8080", "127.evil.example:8080",
                                 "127.0.0.1.evil.example", "127.", "128.0.0.1"})
    EXPECT_EQ(fetch(dashboard->url(), "/api/v1/info", "Host: " + host + "\r\n").status, 403)
        << host;
  EXPECT_EQ(fetch(dashboard->url(), "/api/v1/info", "Host: 127.0.0.2:8080\r\n").status, 200);
  EXPECT_EQ(fetch(dashboard->url(), "/api/v1/info", "Host: localhost:8080\r\n").status, 200);
}

TEST_F(DashboardTest, OnlyNamedOriginsMayFrameThePage) {
  HttpConfig config;
  serve(config);
  EXPECT_THAT(fetch(dashboard->url(), "/").headers.at("content-security-policy"),
              ::testing::EndsWith("frame-ancestors 'none'"));
  config.frame_ancestors = {"http://localhost:8890", "https://notes.example"};
  serve(config);
  const HttpAnswer answer = fetch(dashboard->url(), "/embed/original?device=a%20%26b");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.headers.at("location"), "../?embed=original#charts=original&device=a%20%26b");
  EXPECT_THAT(
      answer.headers.at("content-security-policy"),
      ::testing::EndsWith("frame-ancestors 'self' http://localhost:8890 https://notes.example"));
  EXPECT_EQ(fetch(dashboard->url(), "/embed/original").status, 400);
  for (const char* origin : {"*", "http://", "http://a b", "http://a; script-src *", "ftp://a"}) {
    config.frame_ancestors = {origin};
    EXPECT_EQ(validate(config).error().code(), base::ErrorCode::kInvalidConfig) << origin;
  }
}

TEST(HttpConfig, AnAllowedHostIsANameAlone) {
  HttpConfig config;
  config.allowed_hosts = {"cortado.example", "worker-3"};
  EXPECT_TRUE(validate(config).ok());
  for (const char* host : {"", "http://cortado.example", "cortado.example:8080", "a b"}) {
    config.allowed_hosts = {host};
    EXPECT_EQ(validate(config).error().code(), base::ErrorCode::kInvalidConfig) << host;
  }
}

TEST_F(DashboardTest, ServesThePagePackedAndCached) {
  serve();
  const HttpAnswer page = fetch(dashboard->url(), "/");
  if (find_asset("/") == nullptr) {  // built without a page
    EXPECT_EQ(page.status, 404);
    return;
  }
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(page.body, find_asset("/index.html")->content);
  const std::string tag = page.headers.at("etag");
  EXPECT_EQ(fetch(dashboard->url(), "/", "If-None-Match: " + tag + "\r\n").status, 304);
  const std::size_t start = page.body.find("./assets/index-") + 1;
  const std::string script = page.body.substr(start, page.body.find('"', start) - start);
  const HttpAnswer packed = fetch(dashboard->url(), script, "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(packed.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(packed.body, find_asset(script)->gzip);
  EXPECT_LT(packed.body.size(), 200'000U);
}

TEST_F(DashboardTest, HeadAnswersWithoutABody) {
  serve();
  TestClient client(dashboard->url());
  client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(fetch(dashboard->url(), "/metrics").body, HasSubstr("cortado_http_streams 0\n"));
}

TEST_F(DashboardTest, MetricsCountWhatWasPublished) {
  serve();
  DeviceRow alarm = make_row("a", 1);
  alarm.status = base::ScoreStatus::kAlarm;
  dashboard->publish(std::vector<DeviceRow>{alarm, make_row("b", 1)});
  dashboard->publish(make_batch(1, 2));
  dashboard->publish(MemoryRow{.resident_devices = 2, .evictions = 3, .loads = 1});
  dashboard->publish(MemoryRow{.resident_devices = 3, .evictions = 8, .loads = 6});
  EXPECT_THAT(fetch(dashboard->url(), "/metrics").headers.at("content-type"),
              StartsWith("text/plain; version=0.0.4"));
  for (const char* line :
       {"cortado_records_total{status=\"alarm\"} 1", "cortado_records_total{status=\"ok\"} 1",
        "cortado_alarms_total 1", "cortado_devices 2", "cortado_partitions_owned 2",
        "cortado_build_info{preset=\"seed\",version=\"1.2.3\"} 1",
        "cortado_batch_processing_seconds_count 1", "cortado_devices_resident 3",
        "cortado_device_evictions_total 8", "cortado_device_loads_total 6"})
    EXPECT_THAT(fetch_until("/metrics", line).body, HasSubstr(line));
}

TEST_F(DashboardTest, EventsStreamAndResume) {
  serve();
  publish("a", 1, 2);
  fetch_until("/api/v1/devices", "\"records\":2");
  std::string id;
  {
    TestClient client(dashboard->url());
    client.get("/events?device=a");
    const std::string text = client.read_until("\n\n");
    EXPECT_THAT(text, HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(text, HasSubstr(R"("points":{"replace":true,"device":"a")"));
    id = text.substr(text.find("id: ") + 4);
    id = id.substr(0, id.find('\n'));
  }
  publish("a", 3, 3);
  fetch_until("/api/v1/devices", "\"records\":3");
  TestClient again(dashboard->url());
  again.get("/events?device=a", "Last-Event-ID: " + id + "\r\n");
  EXPECT_THAT(again.read_until("\n\n"), HasSubstr(R"("rows":[[3,)"));
  publish("a", 4, 4);
  EXPECT_THAT(again.read_until("\"rows\":[[4,"), HasSubstr("\"rows\":[[4,"));
}

TEST_F(DashboardTest, StreamsBeyondTheLimitAreRefusedAndFreedOnesUsable) {
  HttpConfig config;
  config.max_streams = 2;
  config.heartbeat = std::chrono::milliseconds(50);
  serve(config);
  TestClient first(dashboard->url());
  first.get("/events");
  first.read_until("event: update");
  {
    TestClient second(dashboard->url());
    second.get("/events");
    second.read_until("event: update");
    const HttpAnswer refused = fetch(dashboard->url(), "/events");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "5");
  }
  fetch_until("/metrics", "cortado_http_streams 1\n");
  TestClient third(dashboard->url());
  third.get("/events");
  EXPECT_THAT(third.read_until("event: update"), HasSubstr("event: update"));
}

TEST_F(DashboardTest, AHundredStalledClientsDoNotStarveTheProbes) {
  HttpConfig config;
  config.max_streams = 100;
  serve(config);
  publish("a", 1, 2000);
  fetch_until("/api/v1/devices", "\"records\":2000");
  std::vector<std::unique_ptr<TestClient>> stalled;
  for (int i = 0; i < 100; ++i) {
    stalled.push_back(std::make_unique<TestClient>(dashboard->url()));
    if (i % 4 == 3) {
      stalled.back()->send("GET /healthz HT");  // a request that never ends
    } else {
      stalled.back()->get("/events?device=a&limit=2000");  // an answer that nobody reads
    }
  }
  fetch_until("/metrics", "cortado_http_streams 75\n");
  for (std::int64_t round = 1; round <= 20; ++round) {
    publish("a", 2000 * round + 1, 2000 * (round + 1));
    EXPECT_EQ(fetch(dashboard->url(), "/healthz").status, 200);
    EXPECT_EQ(fetch(dashboard->url(), "/readyz").status, 503);
    EXPECT_EQ(fetch(dashboard->url(), "/metrics").status, 200);
  }
  TestClient live(dashboard->url());
  live.get("/events?device=a");
  EXPECT_THAT(live.read_until("[42000,"), HasSubstr("[42000,"));
  dashboard->stop();
  for (auto& client : stalled) EXPECT_TRUE(client->closed());
}

TEST_F(DashboardTest, StopEndsOpenStreamsAndPublishingAfterwardsDoesNothing) {
  serve();
  TestClient client(dashboard->url());
  client.get("/events");
  client.read_until("event: update");
  dashboard->stop();
  EXPECT_TRUE(client.closed());
  publish("a", 1, 1);
  dashboard->stop();
}

TEST_F(DashboardTest, ManyThreadsPublishAtOnce) {
  serve();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, t] { publish("device " + std::to_string(t), 1, 500); });
  threads.clear();
  EXPECT_THAT(fetch_until("/api/v1/devices", "\"records\":2000").body, HasSubstr("\"devices\":4"));
}

TEST(DashboardCreate, AddressesThatCannotBeHadAreNamed) {
  for (const char* listen : {"", "8080", "127.0.0.1:", "127.0.0.1:99999", ":8080"}) {
    HttpConfig config;
    config.listen = listen;
    const auto made = Dashboard::create(config, {});
    ASSERT_FALSE(made.ok()) << listen;
    EXPECT_EQ(made.error().code(), base::ErrorCode::kInvalidConfig) << listen;
  }
  HttpConfig config;
  config.listen = "127.0.0.1:0";
  const auto first = Dashboard::create(config, {});
  ASSERT_TRUE(first.ok());
  config.listen = (*first)->url().substr(7);
  config.listen.pop_back();
  const auto second = Dashboard::create(config, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), base::ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message(), HasSubstr("set http.listen to another port"));
}

TEST(HttpConfig, DescribesEveryKeyWithItsDefault) {
  HttpConfig config;
  std::vector<std::string> keys;
  for (const auto& option : describe(config)) {
    keys.push_back(option.path + "=" + option.get().scalar);
  }
  EXPECT_THAT(keys, ::testing::ElementsAre(
                        "http.listen=127.0.0.1:8080", "http.max_streams=64", "http.history=2000",
                        "http.history_memory=256MiB", "http.former_records=2000",
                        "http.refresh=100ms", "http.heartbeat=5s", "http.silent_after=0ms",
                        "http.frame_ancestors=", "http.allowed_hosts=", "http.admin_token_file="));
}

}  // namespace
}  // namespace cortado::dashboard
