// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/transaction.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

struct Row {
  const char* what;
  Step step;
  CallResult result;
  Action in_time;
  Action too_late;
};

CallResult plain(int code) { return {.code = code, .flags = {}, .text = {}}; }
CallResult retriable(int code) { return {.code = code, .flags = {.retriable = true}, .text = {}}; }
CallResult abortable(int code) { return {.code = code, .flags = {.abortable = true}, .text = {}}; }
CallResult fatal(int code) { return {.code = code, .flags = {.fatal = true}, .text = {}}; }

TEST(TransactionDecisionTest, Table) {
  const int timed_out = RD_KAFKA_RESP_ERR__TIMED_OUT;
  const int generation = RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION;
  const Row rows[] = {
      {"success", Step::kCommit, plain(0), Action::kGoOn, Action::kGoOn},
      {"a coordinator that loads", Step::kInit,
       retriable(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS), Action::kRepeat, Action::kRenew},
      {"no answer to init", Step::kInit, retriable(timed_out), Action::kRepeat, Action::kRenew},
      {"fenced at init", Step::kInit, fatal(RD_KAFKA_RESP_ERR__FENCED), Action::kFenced,
       Action::kFenced},
      {"no right to the id", Step::kInit,
       fatal(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED), Action::kRefuse,
       Action::kRefuse},
      {"an id that the broker knows with a shorter limit", Step::kInit,
       fatal(RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT), Action::kRefuse, Action::kRefuse},
      {"a begin out of order", Step::kBegin, plain(RD_KAFKA_RESP_ERR__STATE), Action::kAbort,
       Action::kAbort},
      {"a begin of a dead producer", Step::kBegin, fatal(RD_KAFKA_RESP_ERR__FATAL), Action::kRenew,
       Action::kRenew},
      {"a former generation", Step::kSendOffsets, abortable(generation), Action::kAbort,
       Action::kAbort},
      {"a member that is gone", Step::kSendOffsets, abortable(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID),
       Action::kAbort, Action::kAbort},
      {"no answer to offsets", Step::kSendOffsets, retriable(timed_out), Action::kRepeat,
       Action::kAbort},
      {"no right to the group", Step::kSendOffsets,
       abortable(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED), Action::kRefuse, Action::kRefuse},
      {"no answer to the commit", Step::kCommit, retriable(timed_out), Action::kRepeat,
       Action::kRenew},
      {"a record that was not delivered", Step::kCommit,
       abortable(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT), Action::kAbort, Action::kAbort},
      {"a record that the topic takes at no time", Step::kCommit,
       abortable(RD_KAFKA_RESP_ERR_INVALID_RECORD), Action::kRefuse, Action::kRefuse},
      {"fenced at the commit", Step::kCommit, fatal(RD_KAFKA_RESP_ERR__FENCED), Action::kFenced,
       Action::kFenced},
      {"fenced by its epoch", Step::kCommit, fatal(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH),
       Action::kFenced, Action::kFenced},
      {"fatal in the commit", Step::kCommit, fatal(RD_KAFKA_RESP_ERR__FATAL), Action::kRenew,
       Action::kRenew},
      {"a code that nobody knows in the commit", Step::kCommit, plain(12345), Action::kRenew,
       Action::kRenew},
      {"no answer to the abort", Step::kAbort, retriable(timed_out), Action::kRepeat,
       Action::kRenew},
      {"an abort that wants an abort", Step::kAbort, abortable(timed_out), Action::kRenew,
       Action::kRenew},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(decide(row.step, row.result, false), row.in_time) << row.what;
    EXPECT_EQ(decide(row.step, row.result, true), row.too_late) << row.what;
  }
}

}  // namespace
}  // namespace cortado::kafka
