// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_file_system.h"
#include "served_dashboard.h"

namespace cortado::dashboard {
namespace {

using ::testing::HasSubstr;
using testing::HttpAnswer;
using testing::make_batch;
using testing::make_row;
using ::testing::Not;
using testing::TestClient;

class ApiTest : public testing::ServedDashboard {
 protected:
  void publish_alarm(const std::string& device, std::int64_t sequence, double score) {
    DeviceRow row = make_row(device, sequence);
    row.status = base::ScoreStatus::kAlarm;
    row.score = score;
    row.reason = "range";
    publish(row);
  }
};

TEST_F(ApiTest, DevicesAreSearchedSortedFilteredAndPaged) {
  serve();
  for (int i = 0; i < 30; ++i) publish("device " + std::to_string(100 + i), 1, 1);
  publish_alarm("device 107", 2, 0.75);
  const std::string all = fetch_until("/api/v1/devices", "\"records\":31").body;
  EXPECT_THAT(all, HasSubstr("\"matching\":30"));
  EXPECT_THAT(all, HasSubstr(R"("states":{"alerting":1,"silent":0,"invalid":0,"warming":0,)"));
  const std::string page = ask("/api/v1/devices?search=DEVICE&offset=2&limit=1").body;
  EXPECT_THAT(page, HasSubstr(R"("rows":[["device 102",)"));
  EXPECT_THAT(page, Not(HasSubstr("device 103")));
  EXPECT_THAT(ask("/api/v1/devices?sort=lastAnomaly&limit=1").body, HasSubstr("[[\"device 107\""));
  EXPECT_THAT(ask("/api/v1/devices?state=alerting").body, HasSubstr("\"matching\":1"));
  EXPECT_THAT(ask("/api/v1/devices?device=device%20107&limit=1").body, HasSubstr("\"matching\":1"));
  EXPECT_THAT(ask("/api/v1/devices?device=107").body, HasSubstr("\"matching\":0"));
  EXPECT_EQ(ask("/api/v1/devices?device=" + std::string(1'025, 'x')).status, 400);
  EXPECT_EQ(ask("/api/v1/devices?sort=size").status, 400);
  EXPECT_EQ(ask("/api/v1/devices?state=asleep").status, 400);
  EXPECT_EQ(ask("/api/v1/devices?search=" + std::string(201, 'x')).status, 400);
}

TEST_F(ApiTest, ASparklineOfEveryDeviceIsTooMuchForOneAnswer) {
  serve();
  for (int i = 0; i < 1'100; ++i) publish("device " + std::to_string(i), 1, 1);
  fetch_until("/api/v1/devices?limit=1", "\"records\":1100");
  EXPECT_EQ(ask("/api/v1/devices?spark=500").status, 400);
  EXPECT_EQ(ask("/api/v1/devices?spark=500&limit=50").status, 200);
}

TEST_F(ApiTest, SeriesGivesRangesAndDecimatesThem) {
  serve();
  publish("a", 1, 999);
  DeviceRow spike = make_row("a", 1'000);
  spike.value = 9e9;
  publish(spike);
  publish("a", 1'001, 1'500);
  const std::string body = fetch_until("/api/v1/series?device=a&limit=1500", "[1500,").body;
  EXPECT_THAT(body, HasSubstr("\"decimated\":false,\"held\":{\"points\":1500,\"firstSequence\":1,"
                              "\"lastSequence\":1500,"));
  const std::string few = ask("/api/v1/series?device=a&points=50").body;
  EXPECT_THAT(few, HasSubstr("\"decimated\":true"));
  EXPECT_THAT(few, HasSubstr("9e+09"));
  EXPECT_THAT(few, HasSubstr("\"rows\":[[1,"));
  EXPECT_THAT(ask("/api/v1/series?device=a&fromSequence=7&toSequence=8").body,
              HasSubstr("\"rows\":[[7,883638000000,1.75,3.5,1.75,0.25,4,null,null,null,\"ok\",\"\","
                        "7],[8,"));
  const std::string from = std::to_string(883'612'800'000 + 1'499 * 3'600'000LL);
  EXPECT_THAT(ask("/api/v1/series?device=a&from=" + from).body, HasSubstr("\"rows\":[[1499,"));
  EXPECT_THAT(ask("/api/v1/series?device=a&to=5").body, HasSubstr("\"rows\":[]"));
}

TEST_F(ApiTest, AnomaliesAreListedOldestFirstAndGoOnFromACursor) {
  serve();
  publish_alarm("b", 1, 0.75);
  publish_alarm("a", 2, 0.5);
  const std::string body = fetch_until("/api/v1/anomalies", "[\"a\"").body;
  EXPECT_THAT(body, HasSubstr("\"rows\":[[\"b\",3,0,1,883616400000,"));
  EXPECT_THAT(body, HasSubstr("0.25,0.75,\"range\","));
  const std::string cursor = body.substr(11, body.find('"', 11) - 11);
  EXPECT_THAT(ask("/api/v1/anomalies?since=" + cursor).body, HasSubstr("\"rows\":[]"));
  EXPECT_THAT(ask("/api/v1/anomalies?device=a").body, HasSubstr("\"rows\":[[\"a\""));
  EXPECT_THAT(ask("/api/v1/anomalies?limit=1").body, HasSubstr("\"rows\":[[\"a\""));
}

TEST_F(ApiTest, TheFleetIsARowADeviceAndAByteAColumn) {
  serve();
  EXPECT_EQ(
      ask("/api/v1/fleet").body,
      R"({"step":1000,"first":null,"columns":0,"rows":0,"matching":0,"per":1,"roster":0,"devices":[],"cells":""})");
  for (const char* device : {"b", "a"}) {
    for (int i = 0; i < 3; ++i) {
      DeviceRow row = make_row(device, i + 1);
      row.log_time_ms = 1'000'000 + i * 1'000;
      row.score = device[0] == 'a' ? 0 : 1;
      publish(row);
    }
  }
  // a: 1 1 1, b: 127 127 127
  EXPECT_THAT(fetch_until("/api/v1/fleet?columns=3", "AQEBf39/").body,
              HasSubstr(R"({"step":1000,"first":1000000,"columns":3,"rows":2,"matching":2,"per":1,)"
                        R"("roster":2,"devices":["a","b"],"cells":"AQEBf39/"})"));
  EXPECT_EQ(
      ask("/api/v1/fleet?since=1001001&roster=2").body,
      R"({"step":1000,"first":1002000,"columns":1,"rows":2,"matching":2,"per":1,"roster":2,"cells":"AX8="})");
  EXPECT_THAT(ask("/api/v1/fleet?step=60000&columns=1").body, HasSubstr(R"("cells":"AX8=")"));
  EXPECT_EQ(ask("/api/v1/fleet?step=5000").status, 400);
  EXPECT_EQ(ask("/api/v1/fleet?columns=501").status, 400);
}

TEST_F(ApiTest, TheFleetIsNarrowedCutAndSharedAmongRows) {
  serve();
  // d0 to d6 and another one; the score of each is its number's tenth.
  for (int i = 0; i < 8; ++i) {
    DeviceRow row = make_row(i == 7 ? "other" : "d" + std::to_string(i), 1);
    row.log_time_ms = 1'000'000 + (i == 6 ? 2'000 : 0);
    row.score = i / 10.0;
    publish(row);
  }
  fetch_until("/api/v1/devices", "\"records\":8");
  // Three devices a row of "d": each row has its highest score, 1 + 126 * .2, .5; .6 later.
  EXPECT_EQ(ask("/api/v1/fleet?search=D&rows=3&columns=3&device=d4").body,
            R"({"step":1000,"first":1000000,"columns":3,"rows":3,"matching":7,"per":3,"place":4,)"
            R"("roster":8,"cells":"GgAAQAAAAABN"})");
  // The devices of the second row in its first column, by name.
  EXPECT_EQ(ask("/api/v1/fleet?search=d&offset=3&limit=3&since=1000000&until=1000999").body,
            R"({"step":1000,"first":1000000,"columns":1,"rows":3,"matching":7,"per":1,)"
            R"("roster":8,"devices":["d3","d4","d5"],"cells":"JzNA"})");
  EXPECT_THAT(ask("/api/v1/fleet?device=nobody&rows=100").body,
              HasSubstr(R"("rows":8,"matching":8,"per":1,"place":null,)"));
  EXPECT_THAT(ask("/api/v1/fleet?offset=20").body, HasSubstr(R"("rows":0,"matching":8,)"));
  EXPECT_THAT(ask("/api/v1/fleet?until=5").body, HasSubstr(R"("columns":0,"rows":8)"));
  EXPECT_EQ(ask("/api/v1/fleet?rows=0").status, 400);
  EXPECT_EQ(ask("/api/v1/fleet?limit=0").status, 400);
}

TEST_F(ApiTest, LanesJournalAndEngineAreShown) {
  serve();
  LaneRow lane;
  lane.partition = base::Partition(4);
  lane.state = LaneState::kRunning;
  lane.next_offset = base::Offset(90);
  lane.end_offset = base::Offset(100);
  lane.devices = 6;
  lane.resident = 2;
  lane.records = 7;
  const std::array lanes = {lane};
  dashboard->publish(lanes);
  dashboard->publish(JournalRow{.time_ms = 5,
                                .kind = JournalKind::kRebalance,
                                .partition = {},
                                .message = "partition 4 assigned"});
  dashboard->publish(JournalRow{
      .time_ms = 6, .kind = JournalKind::kError, .partition = {}, .message = "disk \"full\""});
  dashboard->publish(ProcessRow{.resident_bytes = 1234, .cpu_seconds = 1, .open_files = 9});
  BatchRow batch = make_batch(1, 50);
  batch.dead_letters = 3;
  batch.time_ms = base::system_clock().now_ms() - 2'000;  // the second in work does not count
  dashboard->publish(batch);
  dashboard->publish(ActiveBatch{.batch = 2, .time_ms = 7, .input_rows = 8});
  EXPECT_THAT(
      fetch_until("/api/v1/partitions", "running").body,
      HasSubstr(R"("rows":[[4,"running","",90,100,10,null,6,2,7,0,null,null,null,null,null]])"));
  EXPECT_THAT(ask("/api/v1/journal?kind=error").body,
              HasSubstr(R"("rows":[[6,"error",null,"disk \"full\"",1]])"));
  EXPECT_THAT(ask("/api/v1/journal?limit=1").body, HasSubstr("disk"));
  EXPECT_EQ(ask("/api/v1/journal?kind=party").status, 400);
  const std::string engine = ask("/api/v1/engine").body;
  EXPECT_THAT(engine, HasSubstr(R"({"inputRate":5,"processingRate":1250,"schedulingDelay":2,)"));
  EXPECT_THAT(engine,
              HasSubstr(R"("deadLetters":3,"ignored":0,"rebalances":1,"snapshots":0,"errors":1,)"));
  EXPECT_THAT(engine, HasSubstr(R"("processBytes":1234,)"));
  EXPECT_THAT(ask("/api/v1/batches").body,
              HasSubstr(R"("active":{"batch":2,"time":7,"inputRows":8}})"));
}

TEST_F(ApiTest, TheTimelineSumsARange) {
  serve();
  BatchRow batch = make_batch(1, 50);
  batch.time_ms = 1'700'000'000'500;
  dashboard->publish(batch);
  fetch_until("/api/v1/batches", "\"rows\":[[1,");
  const std::string body =
      ask("/api/v1/timeline?from=1700000000000&to=1700000004000&points=2").body;
  EXPECT_THAT(body, HasSubstr("\"batchInterval\":500,\"from\":1700000000000,"));
  EXPECT_THAT(body, HasSubstr("\"rows\":[[1700000000000,1,50,25,1250,2,40,42,2,40,42,0,0],"
                              "[1700000002000,0,0,0,null,null,null,null,null,null,null,0,0]]"));
  EXPECT_THAT(body, HasSubstr(R"("processingTime":{"bounds":[1,2,5,10,20,50,)"));
  EXPECT_THAT(body, HasSubstr(R"("counts":[0,0,0,0,0,1,0)"));
  EXPECT_THAT(ask("/api/v1/timeline?from=5&to=5&points=2").body, HasSubstr("\"from\":5,\"to\":6,"));
}

TEST_F(ApiTest, TheHistoryOfBatchesOutlivesTheServer) {
  base::testing::MemoryFileSystem files;
  const HistoryStore store{.files = &files, .folder = "state/worker"};
  serve({}, store);
  dashboard->publish(make_batch(41, 50));
  fetch_until("/api/v1/batches", "\"rows\":[[41,");
  dashboard->stop();
  serve({}, store);
  EXPECT_THAT(ask("/api/v1/batches").body, HasSubstr("\"rows\":[[41,"));
  EXPECT_THAT(ask("/api/v1/devices").body, HasSubstr("\"batches\":0"));
  dashboard.reset();
  ASSERT_TRUE(files.write_file_atomically("state/worker/batches.history", "garbage").ok());
  serve({}, store);
  EXPECT_THAT(ask("/api/v1/batches").body, HasSubstr("\"rows\":[]"));
}

TEST_F(ApiTest, ABatchThatEndsJustBeforeTheServerIsPartOfTheHistory) {
  base::testing::MemoryFileSystem files;
  const HistoryStore store{.files = &files, .folder = "state/worker"};
  for (int i = 1; i <= 5; ++i) {
    serve({}, store);
    dashboard->publish(make_batch(i, 50));
    dashboard.reset();
  }
  serve({}, store);
  const std::string rows = ask("/api/v1/batches").body;
  for (int i = 1; i <= 5; ++i) EXPECT_THAT(rows, HasSubstr("[" + std::to_string(i) + ",")) << i;
}

TEST_F(ApiTest, ExplainsARecord) {
  serve();
  publish("a", 1, 5);
  publish_alarm("a", 6, 0.75);
  DeviceRow newest = make_row("a", 7);
  newest.score = 0.625;
  newest.status = base::ScoreStatus::kAlarm;
  newest.reason = "range";
  newest.model_bytes = 569'000;
  newest.activity.begin("short", 2048);
  for (const std::uint32_t column : {3U, 77U, 2047U}) newest.activity.add(column, column > 70);
  newest.activity.begin("long", 2048);
  publish(newest);
  const std::string body = fetch_until("/api/v1/explain?device=a", "\"sequence\":7").body;
  EXPECT_THAT(
      body,
      HasSubstr(
          R"("score":0.625,"status":"alarm","reason":"range","modelAge":7,"modelBytes":569000,)"));
  EXPECT_THAT(body, HasSubstr(R"("warmUp":400,"threshold":0.5,"rank":{"place":2,"of":2},)"));
  EXPECT_THAT(body, HasSubstr(R"("columns":{"active":3,"burst":2,"memories":[{"memory":"short",)"
                              R"("columns":2048,"active":[3,77,2047],"burst":[77,2047]},)"
                              R"({"memory":"long","columns":2048,"active":[],"burst":[]}]})"));
  EXPECT_THAT(ask("/api/v1/explain?device=a&sequence=6").body, HasSubstr("\"columns\":null"));
  EXPECT_THAT(ask("/api/v1/devices").body, HasSubstr(",null,569000,[]]"));
  EXPECT_THAT(ask("/api/v1/explain?device=a&sequence=3").body,
              HasSubstr(R"("rank":{"place":1,"of":5})"));
  EXPECT_EQ(ask("/api/v1/explain?device=a&sequence=99").status, 404);
  EXPECT_EQ(ask("/api/v1/explain?device=b").status, 404);
  EXPECT_EQ(ask("/api/v1/explain").status, 400);
}

TEST_F(ApiTest, AStreamHasThePartsThatItAsksFor) {
  serve();
  publish_alarm("a", 1, 0.75);
  dashboard->publish(make_batch(3, 1));
  fetch_until("/api/v1/batches", "\"rows\":[[3,");
  TestClient client(dashboard->url());
  client.get("/events?parts=anomalies,engine");
  const std::string text = client.read_until("\n\n");
  EXPECT_THAT(text, HasSubstr(R"("anomalies":{"columns":["device")"));
  EXPECT_THAT(text, HasSubstr(R"("engine":{"inputRate":)"));
  EXPECT_THAT(text, Not(HasSubstr("\"devices\":{")));
  EXPECT_THAT(text, Not(HasSubstr("\"batches\":{")));
  publish_alarm("b", 1, 0.5);
  EXPECT_THAT(client.read_until("[\"b\""), HasSubstr("\"anomalies\""));
  EXPECT_EQ(ask("/events?parts=weather").status, 400);
}

TEST_F(ApiTest, MetricsFollowTheLanesThatAreOwned) {
  serve();
  LaneRow lane;
  lane.next_offset = base::Offset(90);
  lane.end_offset = base::Offset(100);
  lane.state = LaneState::kRunning;
  std::vector<LaneRow> lanes = {lane, lane};
  lanes[1].partition = base::Partition(7);
  dashboard->publish(lanes);
  const std::string both =
      fetch_until("/metrics", "cortado_partition_lag_records{partition=\"7\"} 10").body;
  EXPECT_THAT(both, HasSubstr("cortado_partition_lag_records{partition=\"0\"} 10"));
  EXPECT_THAT(both, HasSubstr("cortado_lanes{state=\"running\"} 2"));
  lanes.pop_back();
  dashboard->publish(lanes);
  EXPECT_THAT(fetch_until("/metrics", "cortado_lanes{state=\"running\"} 1").body,
              Not(HasSubstr("partition=\"7\"")));
}

}  // namespace
}  // namespace cortado::dashboard
