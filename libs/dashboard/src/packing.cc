// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "packing.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <zlib.h>

namespace cortado::dashboard {
namespace {

constexpr std::size_t kLeast = 1'024;
constexpr std::size_t kMost = 4 << 20;
constexpr int kGzip = 16;  ///< added to the bits of the window: gzip's frame instead of zlib's

/// One packed text that goes out piece by piece.
class Deflater {
 public:
  /// A window of 2^bits bytes takes 2^(bits + 2) of memory, and as much again for its hashes.
  explicit Deflater(int bits) {
    ready_ = deflateInit2(&state_, Z_BEST_SPEED, Z_DEFLATED, bits + kGzip, bits - 7,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() {
    if (ready_) deflateEnd(&state_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  bool ready() const { return ready_; }
  /// Return the packed form of a further piece; Z_SYNC_FLUSH lets the client read all of it now,
  /// Z_FINISH ends the text.
  std::string add(const std::string& text, int flush) {
    std::string out(deflateBound(&state_, static_cast<uLong>(text.size())) + 16, '\0');
    // zlib reads only; its type is older than const.
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state_.avail_in = static_cast<uInt>(text.size());
    std::size_t size = 0;
    do {
      if (size == out.size()) out.resize(2 * out.size());
      state_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
      state_.avail_out = static_cast<uInt>(out.size() - size);
      deflate(&state_, flush);
      size = out.size() - state_.avail_out;
    } while (state_.avail_out == 0);
    out.resize(size);
    return out;
  }

 private:
  z_stream state_{};
  bool ready_ = false;
};

/// Another stream's events, packed.
class PackedStream final : public EventStream {
 public:
  explicit PackedStream(std::unique_ptr<EventStream> inner) : inner_(std::move(inner)) {}

  bool ready() const { return deflater_.ready(); }
  std::unique_ptr<EventStream> unwrap() { return std::move(inner_); }
  bool has_news() const override { return inner_->has_news(); }
  std::string next() override {
    const std::string text = inner_->next();
    return text.empty() ? text : deflater_.add(text, Z_SYNC_FLUSH);
  }

 private:
  /// Events are much alike, so that 8 KiB of them to look back at are enough: 64 KiB a client.
  static constexpr int kWindowBits = 13;

  std::unique_ptr<EventStream> inner_;
  Deflater deflater_{kWindowBits};
};

bool pack_stream(HttpResponse& response) {
  auto packed = std::make_unique<PackedStream>(std::move(response.stream));
  const bool ready = packed->ready();
  if (ready) {
    response.stream = std::move(packed);
  } else {
    response.stream = packed->unwrap();
  }
  return ready;
}

bool pack_body(HttpResponse& response) {
  Deflater deflater(15);
  if (!deflater.ready()) return false;
  response.body = deflater.add(response.body, Z_FINISH);
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What one word of the header says of gzip: none = nothing.
std::optional<bool> says_of_gzip(std::string_view word) {
  const std::size_t semicolon = word.find(';');
  const std::string_view name = trimmed(word.substr(0, semicolon));
  if (name != "gzip" && name != "x-gzip") return std::nullopt;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view weight = trimmed(word.substr(semicolon + 1));
  // "q=0", "q=0.0" and the like refuse it.
  return !weight.starts_with("q=") || weight.find_first_of("123456789") != std::string_view::npos;
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::string_view word = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), word.size() + 1));
    if (const auto said = says_of_gzip(word)) return *said;
  }
  return false;
}

void pack(HttpResponse& response) {
  const std::size_t size = response.body.size();
  const bool done = response.stream ? pack_stream(response)
                    : response.constant_body || size < kLeast || size > kMost ? false
                                                                              : pack_body(response);
  if (done) response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace cortado::dashboard
