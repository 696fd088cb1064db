// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

// The numbers are Kafka's protocol (positive) and librdkafka's published ABI (negative).
struct Row {
  const char* name;
  int code;
  ErrorClass kind;
  ErrorCode error;
};

class ErrorTable : public ::testing::TestWithParam<Row> {};

TEST_P(ErrorTable, ClassifiesAndMaps) {
  const Row& row = GetParam();
  EXPECT_EQ(classify(row.code), row.kind);
  EXPECT_EQ(to_error_code(row.code), row.error);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, ErrorTable,
    ::testing::Values(
        Row{"transport", -195, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"timed_out", -185, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"queue_full", -184, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"all_brokers_down", -187, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"leader_not_available", 5, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"not_leader", 6, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"coordinator_loading", 14, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"not_coordinator", 16, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"not_enough_replicas", 19, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"unstable_offset", 88, ErrorClass::kRetriable, ErrorCode::kUnavailable},
        Row{"illegal_generation", 22, ErrorClass::kAbortable, ErrorCode::kUnavailable},
        Row{"unknown_member", 25, ErrorClass::kAbortable, ErrorCode::kUnavailable},
        Row{"rebalance", 27, ErrorClass::kAbortable, ErrorCode::kUnavailable},
        Row{"message_timed_out", -192, ErrorClass::kAbortable, ErrorCode::kUnavailable},
        Row{"too_large", 10, ErrorClass::kAbortable, ErrorCode::kInvalidArgument},
        Row{"authentication", -169, ErrorClass::kFatal, ErrorCode::kDenied},
        Row{"ssl", -181, ErrorClass::kFatal, ErrorCode::kDenied},
        Row{"topic_denied", 29, ErrorClass::kFatal, ErrorCode::kDenied},
        Row{"group_denied", 30, ErrorClass::kFatal, ErrorCode::kDenied},
        Row{"cluster_denied", 31, ErrorClass::kFatal, ErrorCode::kDenied},
        Row{"fenced", -144, ErrorClass::kFatal, ErrorCode::kLocked},
        Row{"producer_epoch", 47, ErrorClass::kFatal, ErrorCode::kLocked},
        Row{"unknown_topic", 3, ErrorClass::kFatal, ErrorCode::kNotFound},
        Row{"auto_offset_reset", -140, ErrorClass::kFatal, ErrorCode::kNotFound},
        Row{"topic_exists", 36, ErrorClass::kFatal, ErrorCode::kAlreadyExists},
        Row{"record_refused", 87, ErrorClass::kFatal, ErrorCode::kUnsupported},
        Row{"timestamp_refused", 32, ErrorClass::kFatal, ErrorCode::kUnsupported},
        Row{"batch_refused", 18, ErrorClass::kFatal, ErrorCode::kUnsupported},
        Row{"replication", 38, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
        Row{"unsupported", -165, ErrorClass::kFatal, ErrorCode::kUnsupported},
        Row{"nobody_knows", 9999, ErrorClass::kFatal, ErrorCode::kIo}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Errors, LetTheStrictestFlagWin) {
  constexpr int kTimedOut = -185;
  EXPECT_EQ(classify(kTimedOut, {.retriable = true, .abortable = true, .fatal = true}),
            ErrorClass::kFatal);
  EXPECT_EQ(classify(kTimedOut, {.retriable = true, .abortable = true, .fatal = false}),
            ErrorClass::kAbortable);
  EXPECT_EQ(classify(9999, {.retriable = true, .abortable = false, .fatal = false}),
            ErrorClass::kRetriable);
}

TEST(Errors, CarryTheLibrarysNameAndText) {
  const auto error = make_error(3, "");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_THAT(error.message(), HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  EXPECT_EQ(make_error(-185, "no answer").message(), "no answer (_TIMED_OUT)");
}

TEST(Errors, HintAtScramOnlyWhereTheLibraryIsToBlame) {
  const std::string text = "SASL authentication error: Authentication failed: Invalid credentials";
  const auto hint = HasSubstr("cannot log in to Kafka 4");
  EXPECT_THAT(explain_authentication(text, "SCRAM-SHA-512", "2.0.2"), hint);
  EXPECT_THAT(explain_authentication(text, "SCRAM-SHA-256", "2.6.0"), hint);
  EXPECT_THAT(explain_authentication(text, "SCRAM-SHA-256", "2.6.1"), Not(hint));
  EXPECT_THAT(explain_authentication(text, "SCRAM-SHA-256", "2.10.0"), Not(hint));
  EXPECT_THAT(explain_authentication(text, "PLAIN", "2.0.2"), Not(hint));
  EXPECT_THAT(explain_authentication("SSL handshake failed", "", "2.0.2"),
              HasSubstr("check security.protocol"));
}

TEST(Errors, KnowABrokenHandshakeByItsText) {
  EXPECT_TRUE(is_authentication_error(-169, ""));
  EXPECT_TRUE(is_authentication_error(-181, ""));
  EXPECT_TRUE(is_authentication_error(58, ""));
  EXPECT_TRUE(is_authentication_error(
      -195, "b/1: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?"));
  EXPECT_TRUE(is_authentication_error(
      -195, "sasl_ssl://b/1: Disconnected (after 0ms in state SSL_HANDSHAKE)"));
  EXPECT_TRUE(is_authentication_error(-195, "b/1: Disconnected (after 3ms in state AUTH_REQ)"));
  EXPECT_FALSE(is_authentication_error(-195, "b/1: Connection refused"));
}

TEST(AuthenticationWatch, GivesUpAtOnceWhileNothingEverWorked) {
  AuthenticationWatch watch;
  EXPECT_FALSE(watch.verdict(seconds(1)));
  watch.failed(seconds(1), "refused");
  const auto verdict = watch.verdict(seconds(1));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code(), ErrorCode::kDenied);
  EXPECT_EQ(verdict->message(), "refused");
}

TEST(AuthenticationWatch, IsPatientOnceItWorked) {
  AuthenticationWatch watch;
  watch.succeeded();
  watch.failed(seconds(100), "refused");
  EXPECT_FALSE(watch.verdict(seconds(129)));
  watch.failed(seconds(129), "refused again");
  ASSERT_TRUE(watch.verdict(seconds(130)));
  EXPECT_EQ(watch.verdict(seconds(130))->message(), "refused again");
  watch.succeeded();
  EXPECT_FALSE(watch.verdict(seconds(131)));
  watch.failed(seconds(140), "refused");
  EXPECT_FALSE(watch.verdict(seconds(141)));
}

}  // namespace
}  // namespace cortado::kafka
