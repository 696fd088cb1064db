// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/reject_file.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "cortado/record/json_serde.h"

namespace cortado::record {

void append_base64(std::string_view bytes, std::string& out) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = (byte(i) << 16U) | (byte(i + 1) << 8U) | byte(i + 2);
    out += kDigits[group >> 18U];
    out += kDigits[(group >> 12U) & 63U];
    out += i + 1 < bytes.size() ? kDigits[(group >> 6U) & 63U] : '=';
    out += i + 2 < bytes.size() ? kDigits[group & 63U] : '=';
  }
}

base::Status RejectFile::write(const RejectedRow& row) {
  if (file_ == nullptr) file_.reset(std::fopen(path_.c_str(), "wb"));
  if (file_ == nullptr) return failed();
  ++count_;
  line_ = "{\"line\":" + std::to_string(row.line) + ",\"reason\":";
  append_json_string(row.reason, line_);
  line_ += ",\"bytes\":\"";
  append_base64(row.bytes, line_);
  line_ += "\"}\n";
  if (std::fwrite(line_.data(), 1, line_.size(), file_.get()) != line_.size()) return failed();
  return {};
}

base::Status RejectFile::close() {
  if (count_ == 0) return remove_old();
  if (file_ == nullptr) return {};
  std::FILE* const file = file_.release();
  return std::fclose(file) == 0 ? base::Status() : failed();
}

base::Status RejectFile::remove_old() const {
  std::error_code error;
  std::filesystem::remove(path_, error);
  if (!error) return {};
  return base::Error(base::ErrorCode::kIo, path_ + ": " + error.message());
}

base::Error RejectFile::failed() const {
  return base::Error(base::ErrorCode::kIo, path_ + ": " + std::generic_category().message(errno));
}

}  // namespace cortado::record
