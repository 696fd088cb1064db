// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "resumed_source.h"

#include "cortado/kafka/partitioner.h"

namespace cortado::app {

base::Result<std::optional<generator::Reading>> ResumedSource::next() {
  while (true) {
    CORTADO_ASSIGN(auto reading, source_.next());
    if (!reading.has_value() || !is_sent(*reading)) return reading;
  }
}

bool ResumedSource::is_sent(const generator::Reading& reading) {
  const auto partition = kafka::partition_of_key(reading.key, static_cast<int>(sent_.size()));
  base::Offset& left = sent_.at(static_cast<std::size_t>(partition.get()));
  if (left.get() == 0) return false;
  left = base::Offset(left.get() - 1);
  return true;
}

}  // namespace cortado::app
