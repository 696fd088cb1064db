// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <utility>

#include <microhttpd.h>

#include "answers.h"
#include "listener.h"
#include "mhd_request.h"

namespace cortado::dashboard {
namespace {

/// A client that neither sends nor takes a byte for so long is dropped.
constexpr unsigned kSilenceSeconds = 15;
/// How long a stop waits for streams to take their end; those that stall are cut off then.
constexpr std::chrono::milliseconds kFarewell{400};
constexpr std::size_t kConnectionMemory = 64 * 1024;
constexpr std::size_t kBlock = 24 * 1024;

class MhdServer;

/// One request from its headers to the end of its answer.
struct Exchange {
  MHD_Connection* connection = nullptr;
  std::string body;
  std::unique_ptr<LaterAnswer> later;
  bool waiting = false;  ///< suspended until `later` is ready; guarded by the server's mutex
};

/// One client that is being streamed to. While it waits it belongs to the thread that calls wake(),
/// else to the server's.
struct Client {
  MhdServer* server = nullptr;
  MHD_Connection* connection = nullptr;
  std::unique_ptr<EventStream> stream;
  std::string pending;  ///< made by the stream, on its way to the client
  std::size_t sent = 0;
  bool waiting = false;  ///< suspended until there are news; guarded by the server's mutex
  std::list<Client>::iterator place;
};

class MhdServer : public HttpServer {
 public:
  explicit MhdServer(Listener listener)
      : address_(listener.address()), listener_(std::move(listener)) {}
  ~MhdServer() override { stop(); }

  base::Status start(unsigned max_connections, HttpHandler handler,
                     std::function<void()> hungry) override;
  std::string address() const override { return address_; }
  std::size_t streams() const override;
  void wake() override;
  void stop() override;

 private:
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char* version, const char* upload,
                               std::size_t* upload_size, void** state);
  static void on_request_ended(void* self, MHD_Connection* connection, void** state,
                               MHD_RequestTerminationCode why);
  static ssize_t on_read(void* client, std::uint64_t position, char* buffer, std::size_t max);
  static void on_client_gone(void* client);

  std::optional<HttpResponse> refuse(const MhdRequest& request) const;
  MHD_Result finish(Exchange& exchange, const MhdRequest& request);
  MHD_Result answer_later(Exchange& exchange);
  MHD_Result answer(MHD_Connection* connection, HttpResponse response);
  MHD_Response* make_response(MHD_Connection* connection, HttpResponse& response);
  MHD_Response* make_stream(MHD_Connection* connection, std::unique_ptr<EventStream> stream);
  ssize_t read(Client& client, char* buffer, std::size_t max);
  bool wait_for_news(Client& client);

  const std::string address_;
  Listener listener_;
  HttpHandler handler_;
  std::function<void()> hungry_;
  MHD_Daemon* daemon_ = nullptr;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable all_gone_;
  std::list<Client> clients_;
  std::set<Exchange*> later_;  ///< whose answers others make; guarded by mutex_
};

base::Status MhdServer::start(unsigned max_connections, HttpHandler handler,
                              std::function<void()> hungry) {
  handler_ = std::move(handler);
  hungry_ = std::move(hungry);
  const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  daemon_ = MHD_start_daemon(
      flags, 0, nullptr, nullptr, &MhdServer::on_request, this, MHD_OPTION_LISTEN_SOCKET,
      listener_.release(), MHD_OPTION_CONNECTION_LIMIT, max_connections,
      MHD_OPTION_CONNECTION_TIMEOUT, kSilenceSeconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      kConnectionMemory, MHD_OPTION_NOTIFY_COMPLETED, &MhdServer::on_request_ended, this,
      MHD_OPTION_END);
  if (daemon_ == nullptr)
    return base::Error(base::ErrorCode::kUnavailable,
                       "the HTTP server did not start; is the limit of threads or files reached?");
  return {};
}

std::size_t MhdServer::streams() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

void MhdServer::wake() {
  // A suspended connection stays alive until it is resumed, and nobody else resumes it.
  std::vector<Client*> ready;
  std::vector<MHD_Connection*> answered;
  {
    const std::lock_guard lock(mutex_);
    for (Client& client : clients_) {
      if (client.waiting && (stopping_ || client.stream->has_news())) ready.push_back(&client);
    }
    for (Exchange* exchange : later_) {
      if (!exchange->waiting || !(stopping_ || exchange->later->ready())) continue;
      exchange->waiting = false;
      answered.push_back(exchange->connection);
    }
  }
  for (MHD_Connection* connection : answered) MHD_resume_connection(connection);
  for (Client* client : ready) {
    if (!stopping_) client->pending = client->stream->next();
    client->sent = 0;
    MHD_Connection* connection = client->connection;
    {
      const std::lock_guard lock(mutex_);
      client->waiting = false;
    }
    MHD_resume_connection(connection);
  }
}

void MhdServer::stop() {
  if (daemon_ == nullptr) return;
  stopping_ = true;
  wake();  // a suspended connection must not be left when the daemon ends
  {
    std::unique_lock lock(mutex_);
    all_gone_.wait_for(lock, kFarewell, [this] { return clients_.empty() && later_.empty(); });
  }
  MHD_stop_daemon(daemon_);
  daemon_ = nullptr;
}

MHD_Result MhdServer::on_request(void* self, MHD_Connection* connection, const char* url,
                                 const char* method, const char*, const char* upload,
                                 std::size_t* upload_size, void** state) {
  auto* server = static_cast<MhdServer*>(self);
  if (*state == nullptr) {  // the headers are there; the next call comes with or after the body
    if (auto refusal = server->refuse(MhdRequest(connection, method, url))) {
      refusal->headers.emplace_back("Connection", "close");
      return server->answer(connection, std::move(*refusal));
    }
    *state = new Exchange{.connection = connection, .body = {}, .later = {}};
    return MHD_YES;
  }
  auto& exchange = *static_cast<Exchange*>(*state);
  const MhdRequest request(connection, method, url, exchange.body);
  if (*upload_size == 0) return server->finish(exchange, request);
  // The body of a GET is not ours to read.
  if (!request.reads()) exchange.body.append(upload, *upload_size);
  *upload_size = 0;
  return exchange.body.size() <= kLargestBody ? MHD_YES : MHD_NO;
}

void MhdServer::on_request_ended(void* self, MHD_Connection*, void** state,
                                 MHD_RequestTerminationCode) {
  auto* server = static_cast<MhdServer*>(self);
  const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(std::exchange(*state, nullptr)));
  if (!exchange || !exchange->later) return;
  const std::lock_guard lock(server->mutex_);
  server->later_.erase(exchange.get());
  if (server->later_.empty()) server->all_gone_.notify_all();
}

std::optional<HttpResponse> MhdServer::refuse(const MhdRequest& request) const {
  return request.reads() ? std::nullopt : handler_.refuse(request);
}

/// All of the request is there.
MHD_Result MhdServer::finish(Exchange& exchange, const MhdRequest& request) {
  if (exchange.later) return answer_later(exchange);
  HttpResponse response = handler_.answer(request);
  if (request.method() == "HEAD") response.stream.reset();
  if (!response.later) return answer(exchange.connection, std::move(response));
  {
    const std::lock_guard lock(mutex_);
    exchange.later = std::move(response.later);
    later_.insert(&exchange);
  }
  return answer_later(exchange);
}

/// Give the answer that others have made, or wait for it until wake().
MHD_Result MhdServer::answer_later(Exchange& exchange) {
  if (exchange.later->ready()) return answer(exchange.connection, exchange.later->take());
  const std::unique_lock lock(mutex_);
  if (!stopping_) {
    exchange.waiting = true;
    MHD_suspend_connection(exchange.connection);
    return MHD_YES;
  }
  return answer(exchange.connection,
                problem(503, "Not done", "the server is leaving; ask the one that comes"));
}

MHD_Result MhdServer::answer(MHD_Connection* connection, HttpResponse response) {
  const auto status = static_cast<unsigned>(response.status);
  MHD_Response* raw = make_response(connection, response);
  if (raw == nullptr) return MHD_NO;
  if (!response.content_type.empty())
    MHD_add_response_header(raw, "Content-Type", response.content_type.c_str());
  for (const auto& [name, value] : response.headers)
    MHD_add_response_header(raw, name.c_str(), value.c_str());
  const MHD_Result result = MHD_queue_response(connection, status, raw);
  MHD_destroy_response(raw);
  return result;
}

MHD_Response* MhdServer::make_response(MHD_Connection* connection, HttpResponse& response) {
  if (response.stream) return make_stream(connection, std::move(response.stream));
  if (response.constant_body) {
    // MHD asks for a pointer to non-const but only reads in this mode.
    return MHD_create_response_from_buffer(response.constant_body->size(),
                                           const_cast<char*>(response.constant_body->data()),
                                           MHD_RESPMEM_PERSISTENT);
  }
  return MHD_create_response_from_buffer(response.body.size(), response.body.data(),
                                         MHD_RESPMEM_MUST_COPY);
}

MHD_Response* MhdServer::make_stream(MHD_Connection* connection,
                                     std::unique_ptr<EventStream> stream) {
  Client* client = nullptr;
  {
    const std::lock_guard lock(mutex_);
    client = &clients_.emplace_back();
    client->server = this;
    client->connection = connection;
    client->stream = std::move(stream);
    client->place = std::prev(clients_.end());
  }
  MHD_Response* raw = MHD_create_response_from_callback(
      MHD_SIZE_UNKNOWN, kBlock, &MhdServer::on_read, client, &MhdServer::on_client_gone);
  if (raw == nullptr) on_client_gone(client);
  return raw;
}

ssize_t MhdServer::on_read(void* client, std::uint64_t, char* buffer, std::size_t max) {
  auto& self = *static_cast<Client*>(client);
  return self.server->read(self, buffer, max);
}

ssize_t MhdServer::read(Client& client, char* buffer, std::size_t max) {
  if (client.sent == client.pending.size())
    return wait_for_news(client) ? 0 : MHD_CONTENT_READER_END_OF_STREAM;
  const std::size_t size = std::min(max, client.pending.size() - client.sent);
  client.pending.copy(buffer, size, client.sent);
  client.sent += size;
  return static_cast<ssize_t>(size);
}

/// Suspend the client until wake(); false if there will be no more news.
bool MhdServer::wait_for_news(Client& client) {
  bool hungry = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    std::string().swap(client.pending);
    client.sent = 0;
    client.waiting = true;
    hungry = client.stream->has_news();
    MHD_suspend_connection(client.connection);
  }
  if (hungry) hungry_();
  return true;
}

void MhdServer::on_client_gone(void* client) {
  auto& self = *static_cast<Client*>(client);
  std::unique_ptr<EventStream> stream;  // destroyed outside the lock
  const std::lock_guard lock(self.server->mutex_);
  stream = std::move(self.stream);
  MhdServer* server = self.server;
  server->clients_.erase(self.place);
  if (server->clients_.empty()) server->all_gone_.notify_all();
}

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::create(const std::string& listen) {
  CORTADO_ASSIGN(Listener listener, Listener::open(listen));
  return std::unique_ptr<HttpServer>(std::make_unique<MhdServer>(std::move(listener)));
}

}  // namespace cortado::dashboard
