// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/kafka/serializer.h"
#include "cortado/record/binary_serde.h"
#include "cortado/record/json_serde.h"
#include "cortado/record/monitoring_record.h"
#include "cortado/record/serde.h"

// MonitoringRecord as a value of Kafka records: the pair that makes KafkaProducer<std::string,
// MonitoringRecord> and ConsumerStrategy<std::string, MonitoringRecord> real.
namespace cortado::kafka {

template <>
struct Serializer<record::MonitoringRecord> {
  record::RecordFormat format = record::RecordFormat::kJson;

  base::Status serialize(const record::MonitoringRecord& value, std::string& out) const {
    if (format == record::RecordFormat::kBinary) {
      record::encode_binary(value, out);
    } else {
      record::encode_json(value, out);
    }
    return {};
  }
};

template <>
struct Deserializer<record::MonitoringRecord> {
  base::Result<record::MonitoringRecord> deserialize(std::string_view bytes) const {
    record::MonitoringRecord value;
    CORTADO_TRY(record::looks_binary(bytes) ? record::decode_binary(bytes, value)
                                            : record::decode_enriched_json(bytes, value));
    return value;
  }
};

}  // namespace cortado::kafka
