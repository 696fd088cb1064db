// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/source_headers.h"

#include <vector>

#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::Offset;
using base::Partition;
using base::RawHeader;

const base::TopicPartition kLane{"in", Partition(2)};

std::optional<Offset> offset_of(const std::vector<RawHeader>& headers) {
  base::RawRecord record;
  record.headers = headers;
  return source_offset(record, kLane);
}

TEST(SourceHeaders, TellWhereAnEnrichedRecordsInputStands) {
  EXPECT_EQ(offset_of({{"own", "x"},
                       {"cortado-source-topic", "in"},
                       {"cortado-source-partition", "2"},
                       {"cortado-source-offset", "17"}}),
            Offset(17));
}

TEST(SourceHeaders, TellWhereADeadLettersInputStands) {
  EXPECT_EQ(offset_of({{"cortado-reason", "no JSON"},
                       {"cortado-stage", "decode"},
                       {"cortado-topic", "in"},
                       {"cortado-partition", "2"},
                       {"cortado-offset", "0"},
                       {"cortado-lost-bytes", "9"}}),
            Offset(0));
}

TEST(SourceHeaders, GoByTheLastDetectorOfAChain) {
  EXPECT_EQ(offset_of({{"cortado-source-topic", "before"},
                       {"cortado-source-partition", "7"},
                       {"cortado-source-offset", "1"},
                       {"cortado-source-topic", "in"},
                       {"cortado-source-partition", "2"},
                       {"cortado-source-offset", "3"}}),
            Offset(3));
}

TEST(SourceHeaders, TellOfALetterThatWasScoredAfterAll) {
  EXPECT_EQ(offset_of({{"cortado-reason", "crash"},
                       {"cortado-topic", "in"},
                       {"cortado-partition", "2"},
                       {"cortado-offset", "1"},
                       {"cortado-source-topic", "in"},
                       {"cortado-source-partition", "2"},
                       {"cortado-source-offset", "9"}}),
            Offset(9));
}

TEST(SourceHeaders, TellAnEnrichedRecordFromADeadLetter) {
  base::RawRecord record;
  const std::vector<RawHeader> letter = {
      {"cortado-topic", "in"}, {"cortado-partition", "2"}, {"cortado-offset", "4"}};
  record.headers = letter;
  EXPECT_EQ(source_offset(record, kLane), Offset(4));
  EXPECT_EQ(enriched_source(record, kLane), std::nullopt);
  const std::vector<RawHeader> enriched = {{"cortado-source-topic", "in"},
                                           {"cortado-source-partition", "2"},
                                           {"cortado-source-offset", "17"}};
  record.headers = enriched;
  EXPECT_EQ(enriched_source(record, kLane), Offset(17));
  EXPECT_EQ(enriched_source(record, {"in", Partition(1)}), std::nullopt);
}

TEST(SourceHeaders, TellNothingOfOthersRecords) {
  EXPECT_EQ(offset_of({}), std::nullopt);
  EXPECT_EQ(offset_of({{"cortado-source-topic", "in"},
                       {"cortado-source-partition", "3"},
                       {"cortado-source-offset", "17"}}),
            std::nullopt);
  EXPECT_EQ(offset_of({{"cortado-source-topic", "in"},
                       {"cortado-source-partition", "2"},
                       {"cortado-source-offset", "many"}}),
            std::nullopt);
}

}  // namespace
}  // namespace cortado::kafka
