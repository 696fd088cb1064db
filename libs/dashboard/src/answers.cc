// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "answers.h"

#include <algorithm>

#include "cortado/base/option.h"

namespace cortado::dashboard {

HttpResponse plain(int status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

HttpResponse json(JsonWriter& out) {
  HttpResponse response;
  response.content_type = "application/json";
  response.body = out.take();
  return response;
}

HttpResponse problem(int status, std::string_view title, std::string_view detail) {
  JsonWriter out;
  out.begin_object().field("type", "about:blank").field("title", title).field("status", status);
  out.field("detail", detail).end_object();
  HttpResponse response = json(out);
  response.status = status;
  response.content_type = "application/problem+json";
  return response;
}

HttpResponse bad_request(const base::Error& error) {
  return problem(400, "Bad request", error.message());
}

base::Result<std::optional<std::int64_t>> number_of(const HttpRequest& request, const char* name,
                                                    NumberRange range) {
  const auto text = request.query(name);
  if (!text) return std::optional<std::int64_t>();
  const auto number = base::parse_integer(*text);
  if (number.ok() && *number >= range.low && *number <= range.high)
    return std::optional<std::int64_t>(*number);
  return base::Error(base::ErrorCode::kInvalidArgument,
                     std::string(name) + " must be a whole number from " +
                         std::to_string(range.low) + " to " + std::to_string(range.high));
}

base::Result<std::size_t> number_of(const HttpRequest& request, const char* name,
                                    std::size_t otherwise, NumberRange range) {
  CORTADO_ASSIGN(const auto number, number_of(request, name, range));
  return number ? static_cast<std::size_t>(*number) : otherwise;
}

base::Result<std::string> text_of(const HttpRequest& request, const char* name, std::size_t most) {
  std::string text = request.query(name).value_or("");
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  });
  if (static_cast<std::size_t>(characters) <= most) return text;
  return base::Error(base::ErrorCode::kInvalidArgument, std::string(name) + " must have at most " +
                                                            std::to_string(most) + " characters");
}

}  // namespace cortado::dashboard
