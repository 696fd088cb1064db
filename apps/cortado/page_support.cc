// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "page_support.h"

#include <algorithm>
#include <array>

#include <unistd.h>

#include "cortado/kafka/topics.h"

namespace cortado::app {
namespace {

/// How long the watch waits for the broker before it says that the topics cannot be reached.
constexpr std::chrono::seconds kBrokerPatience{2};

}  // namespace

dashboard::HistoryStore history_store(const AppConfig& config) {
  if (config.state.dir.empty()) return {};
  std::array<char, 256> host{"host"};
  ::gethostname(host.data(), host.size() - 1);
  std::string worker = std::string(host.data()) + "-" + config.http.listen;
  std::replace_if(
      worker.begin(), worker.end(), [](char c) { return c == ':' || c == '/'; }, '-');
  return {.files = &base::posix_file_system(), .folder = config.state.dir + "/@worker/" + worker};
}

base::Result<BrokerQuestion> ask_broker(const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(auto made, kafka::KafkaAdmin::create(config, kBrokerPatience));
  std::shared_ptr<kafka::KafkaAdmin> admin = std::move(made);
  const auto ask = [admin, config]() -> base::Result<std::vector<base::Offset>> {
    for (const auto& topic : {config.output_topic, kafka::dead_letter_topic(config)}) {
      CORTADO_ASSIGN(const auto partitions, admin->partition_count(topic));
      if (!partitions)
        return base::Error(base::ErrorCode::kNotFound,
                           "topic " + topic + " does not exist any more");
    }
    return admin->end_offsets(config.input_topic);
  };
  return BrokerQuestion{.ask = ask, .give_up = [admin] { admin->give_up(); }};
}

ErrorsOnPage::ErrorsOnPage(dashboard::Dashboard& page, base::Clock& clock) {
  base::set_log_listener([&](base::LogLevel, std::string_view component, std::string_view text) {
    page.publish(
        dashboard::JournalRow{.time_ms = clock.now_ms(),
                              .kind = dashboard::JournalKind::kError,
                              .partition = {},
                              .message = std::string(component) + ": " + std::string(text)});
  });
}

ErrorsOnPage::~ErrorsOnPage() { base::set_log_listener({}); }

}  // namespace cortado::app
