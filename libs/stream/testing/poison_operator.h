// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "cortado/stream/operator.h"

namespace cortado::stream::testing {

/// A record whose value begins so ends the process that routes it, or that runs it.
inline bool is_toxic(std::string_view value) { return value.starts_with("toxic"); }
inline bool is_poison(std::string_view value) { return value.starts_with("poison"); }

/// Another operator that tells at which record it is, before anything is done with it; toxic ones
/// in route(), all others in run().
class PoisonOperator final : public Operator {
 public:
  using Tell = std::function<void(const base::RawRecord&)>;

  PoisonOperator(const Operator& inner, Tell tell) : inner_(inner), tell_(std::move(tell)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    if (is_toxic(record.value.value_or(""))) tell_(record);
    return inner_.route(record, device, immediate);
  }
  bool begins(const base::RawRecord& record) const override { return inner_.begins(record); }
  base::Result<std::unique_ptr<DeviceProcessor>> create(std::string_view device) const override {
    return wrap(inner_.create(device));
  }
  base::Result<std::unique_ptr<DeviceProcessor>> load(std::string_view device,
                                                      std::string_view bytes) const override {
    return wrap(inner_.load(device, bytes));
  }
  std::string model_hash() const override { return inner_.model_hash(); }
  std::uint32_t algorithm_version() const override { return inner_.algorithm_version(); }
  std::string settings_hash() const override { return inner_.settings_hash(); }

 private:
  class Processor final : public DeviceProcessor {
   public:
    Processor(std::unique_ptr<DeviceProcessor> inner, const Tell& tell)
        : inner_(std::move(inner)), tell_(tell) {}
    void run(std::span<const base::RawRecord* const> records,
             std::span<base::Outcome* const> outcomes, std::size_t following) override {
      for (const base::RawRecord* record : records) tell_(*record);
      inner_->run(records, outcomes, following);
    }
    void save(std::string& out) const override { inner_->save(out); }
    bool has_model() const override { return inner_->has_model(); }

   private:
    std::unique_ptr<DeviceProcessor> inner_;
    const Tell& tell_;
  };

  base::Result<std::unique_ptr<DeviceProcessor>> wrap(
      base::Result<std::unique_ptr<DeviceProcessor>> made) const {
    if (!made.ok()) return made.error();
    return std::unique_ptr<DeviceProcessor>(
        std::make_unique<Processor>(std::move(made).value(), tell_));
  }

  const Operator& inner_;
  Tell tell_;
};

}  // namespace cortado::stream::testing
