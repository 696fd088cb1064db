// rooms: checkpoint
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// A state export of any bytes: refused, or read as exactly what a writer would write.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/checkpoint/state_export.h"

namespace {

using cortado::base::Error;
using cortado::base::ErrorCode;
using cortado::base::Result;
using cortado::base::Status;
using cortado::checkpoint::ExportedDevice;
using cortado::checkpoint::ExportReader;
using cortado::checkpoint::ExportWriter;

void require(bool holds) {
  if (!holds) std::abort();
}

/// One file that is these bytes, to be read alone.
class OneFile final : public cortado::base::FileSystem {
 public:
  explicit OneFile(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string> read_file(const std::string&) override { return std::string(bytes_); }
  Result<std::string> read_range(const std::string&, std::int64_t offset,
                                 std::int64_t size) override {
    const auto all = static_cast<std::int64_t>(bytes_.size());
    if (offset > all || size > all - offset) return Error(ErrorCode::kCorrupt, "short");
    return std::string(
        bytes_.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size)));
  }
  Status write_file_atomically(const std::string&, std::string_view) override { return refused(); }
  Status remove_file(const std::string&) override { return refused(); }
  Status create_directories(const std::string&) override { return refused(); }
  Result<std::vector<std::string>> list(const std::string&) override { return refused(); }
  bool exists(const std::string&) override { return true; }
  Result<std::unique_ptr<cortado::base::FileLock>> lock(const std::string&) override {
    return refused();
  }

 private:
  static Error refused() { return {ErrorCode::kIo, "to be read alone"}; }
  std::string_view bytes_;
};

void read_export(std::string_view bytes) {
  OneFile file(bytes);
  const auto reader = ExportReader::open(file, "export");
  if (!reader.ok()) return;
  std::string again;
  ExportWriter writer([&again](std::string_view piece) {
    again += piece;
    return Status();
  });
  require(writer.begin((*reader)->head()).ok());
  while (true) {
    const auto device = (*reader)->next();
    if (!device.ok()) return;
    if (!*device) break;
    require(writer.add(**device).ok());
  }
  require(writer.end().ok());
  require(again == bytes);
}

/// The same head behind a checksum that fits, so that the rest of the reader is reached.
void read_sealed(std::string_view bytes) {
  constexpr std::size_t kPrefix = 12;
  if (bytes.size() < kPrefix) return;
  cortado::base::ByteReader reader(bytes.substr(8));
  const std::size_t head = kPrefix + reader.u32();
  if (head > bytes.size() || bytes.size() - head < 4) return;
  std::string sealed(bytes);
  std::string checksum;
  cortado::base::ByteWriter(checksum).u32(cortado::base::crc32c(bytes.substr(0, head)));
  sealed.replace(head, checksum.size(), checksum);
  read_export(sealed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_export(bytes);
  read_sealed(bytes);
  return 0;
}
