// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/reject_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "cortado/record/json_serde.h"

namespace cortado::record {
namespace {

constexpr std::string_view kLineStart = "{\"line\":";

}  // namespace

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
  if (file_ == nullptr) CORTADO_TRY(open());
  ++count_;
  line_ = kLineStart;
  line_ += std::to_string(row.line) + ",\"reason\":";
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

base::Status RejectFile::open() {
  if (!is_ours())
    return base::Error(base::ErrorCode::kInvalidConfig,
                       path_ + " is there and holds no rejected rows; name another file for them");
  file_.reset(std::fopen(path_.c_str(), "wb"));
  return file_ == nullptr ? failed() : base::Status();
}

bool RejectFile::is_ours() const {
  std::error_code ignored;
  const auto status = std::filesystem::status(path_, ignored);
  // Pipes and devices such as /dev/stderr keep nothing that could be written over.
  if (!std::filesystem::exists(status) || std::filesystem::is_other(status) ||
      std::filesystem::is_character_file(status) || std::filesystem::is_fifo(status))
    return true;
  std::ifstream file(path_, std::ios::binary);
  std::string start(kLineStart.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return file.gcount() == 0 || start == kLineStart;
}

base::Status RejectFile::remove_old() const {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error) || !is_ours()) return {};
  std::filesystem::remove(path_, error);
  if (!error) return {};
  return base::Error(base::ErrorCode::kIo, path_ + ": " + error.message());
}

base::Error RejectFile::failed() const {
  return base::Error(base::ErrorCode::kIo, path_ + ": " + std::generic_category().message(errno) +
                                               "; a bad row is kept there: name another file for "
                                               "them (--rejects)");
}

}  // namespace cortado::record
