// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/sink.h"

#include "cortado/record/reject_file.h"
#include "json_text.h"

namespace cortado::generator {

std::string to_json(const Reject& reject) {
  std::string out = "{\"line\":" + std::to_string(reject.line) +
                    ",\"reason\":" + json_text(reject.reason) + ",\"bytes\":\"";
  record::append_base64(reject.bytes, out);
  return out + "\"}";
}

}  // namespace cortado::generator
