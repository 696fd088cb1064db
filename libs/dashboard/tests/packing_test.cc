// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "packing.h"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "served_dashboard.h"

namespace cortado::dashboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Unpacks what has come so far.
class Unpacker {
 public:
  Unpacker() { EXPECT_EQ(inflateInit2(&state_, 15 + 16), Z_OK); }
  ~Unpacker() { inflateEnd(&state_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  std::string add(std::string bytes) {
    std::string out(1 << 20, '\0');
    state_.next_in = reinterpret_cast<Bytef*>(bytes.data());
    state_.avail_in = static_cast<uInt>(bytes.size());
    state_.next_out = reinterpret_cast<Bytef*>(out.data());
    state_.avail_out = static_cast<uInt>(out.size());
    last_ = inflate(&state_, Z_SYNC_FLUSH);
    EXPECT_EQ(state_.avail_in, 0U);
    out.resize(out.size() - state_.avail_out);
    return out;
  }
  bool ended() const { return last_ == Z_STREAM_END; }

 private:
  z_stream state_{};
  int last_ = Z_OK;
};

TEST(Packing, IsDoneForThoseWhoTakeIt) {
  for (const char* header : {"gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1",
                             "deflate,gzip;q=0.001", "identity , x-gzip", "gzip ; q=1"})
    EXPECT_TRUE(takes_gzip(header)) << header;
  for (const char* header : {"", "identity", "br, deflate", "gzip;q=0", "gzip; q=0.000, br", "*",
                             "gzipped", ",,;q=1", "deflate;q=gzip"})
    EXPECT_FALSE(takes_gzip(header)) << header;
}

TEST(Packing, LeavesTinyHugeAndConstantBodiesAlone) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1'023}, std::size_t{5} << 20}) {
    HttpResponse response;
    response.body = std::string(size, 'x');
    pack(response);
    EXPECT_EQ(response.body.size(), size);
    EXPECT_TRUE(response.headers.empty());
  }
  HttpResponse constant;
  constant.constant_body = "as it is";
  pack(constant);
  EXPECT_TRUE(constant.headers.empty());
}

TEST(Packing, PacksBodiesThatUnpackToTheSame) {
  std::string random;  // does not get shorter
  for (std::uint32_t i = 0, x = 1; i < 200'000; ++i) {
    x = x * 1'664'525 + 1'013'904'223;
    random += static_cast<char>(x >> 24);
  }
  for (const std::string& body : {std::string(300'000, 'x'), random}) {
    HttpResponse response;
    response.body = body;
    pack(response);
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0].second, "gzip");
    Unpacker unpacker;
    EXPECT_EQ(unpacker.add(response.body), body);
    EXPECT_TRUE(unpacker.ended());
  }
}

class Lines final : public EventStream {
 public:
  explicit Lines(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  bool has_news() const override { return at_ < lines_.size(); }
  std::string next() override { return has_news() ? lines_[at_++] : ""; }

 private:
  const std::vector<std::string> lines_;
  std::size_t at_ = 0;
};

TEST(Packing, AStreamsEventsAreEachThereWhenTheyWereSent) {
  const std::vector<std::string> events = {"event: update\ndata: 1\n\n", std::string(100'000, 'y'),
                                           "event: update\ndata: 2\n\n"};
  HttpResponse response;
  response.stream = std::make_unique<Lines>(events);
  pack(response);
  ASSERT_EQ(response.headers.size(), 1U);
  Unpacker unpacker;
  for (const std::string& event : events) {
    ASSERT_TRUE(response.stream->has_news());
    EXPECT_EQ(unpacker.add(response.stream->next()), event);
  }
  EXPECT_FALSE(response.stream->has_news());
  EXPECT_EQ(response.stream->next(), "");
}

class PackedAnswers : public testing::ServedDashboard {
 protected:
  testing::HttpAnswer packed(const std::string& path) {
    return testing::fetch(dashboard->url(), path, "Accept-Encoding: br, gzip\r\n");
  }
};

TEST_F(PackedAnswers, SayTheSameAsThoseThatAreNot) {
  serve();
  for (int i = 0; i < 300; ++i) publish("device " + std::to_string(1'000 + i), 1, 1);
  fetch_until("/api/v1/devices?limit=1", "\"records\":300");
  for (const char* path : {"/api/v1/fleet", "/api/v1/series?device=device%201000&limit=9"}) {
    const auto plain = ask(path);
    const auto answer = packed(path);
    EXPECT_EQ(plain.headers.count("content-encoding"), 0U);
    EXPECT_EQ(plain.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(answer.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    const bool tiny = plain.body.size() < 1'024;
    EXPECT_EQ(answer.headers.count("content-encoding"), tiny ? 0U : 1U) << path;
    EXPECT_EQ(tiny ? answer.body : Unpacker().add(answer.body), plain.body);
    EXPECT_TRUE(tiny || 2 * answer.body.size() < plain.body.size());
  }
  EXPECT_EQ(packed("/metrics").headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed("/healthz").headers.count("content-encoding"), 0U);
}

TEST_F(PackedAnswers, AStreamIsPackedForThoseWhoTakeIt) {
  serve();
  publish("a", 1, 400);
  fetch_until("/api/v1/devices", "\"records\":400");
  testing::TestClient client(dashboard->url());
  client.get("/events?device=a", "Accept-Encoding: gzip\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Encoding: gzip"));
  EXPECT_THAT(head, HasSubstr("text/event-stream"));
  EXPECT_THAT(head, Not(HasSubstr("event: update")));
}

}  // namespace
}  // namespace cortado::dashboard
