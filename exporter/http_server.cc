#include "exporter/http_server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "exporter/connection_deadlines.h"
#include "exporter/listener.h"
#include "exporter/pages.h"
#include "exporter/side_thread.h"

namespace dialwatch::exporter {
namespace {

using base::Endpoint;
using base::Error;
using base::Result;

constexpr unsigned kThreads = 2;

struct DaemonStopper {
  void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
};
using Daemon = std::unique_ptr<MHD_Daemon, DaemonStopper>;

struct ResponseRelease {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};
using Response = std::unique_ptr<MHD_Response, ResponseRelease>;

// A page on its way to a client, counted until it is sent or given up.
class Body {
 public:
  Body(std::string text, std::atomic<std::size_t>& unsent) : text_(std::move(text)), unsent_(unsent) {
    unsent_ += text_.size();
  }
  ~Body() { unsent_ -= text_.size(); }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  std::string& text() { return text_; }
  static void Free(void* body) { delete static_cast<Body*>(body); }

 private:
  std::string text_;
  std::atomic<std::size_t>& unsent_;
};

// One request. While its page is read from the database the connection is suspended.
struct Request {
  std::optional<Page> page;
  bool asked = false;
};

Page TryAgain(std::string_view why) {
  return {.status = 503, .body = fmt::format("{}; try again\n", why)};
}

// A second value of a name is joined to the first, as Parameters says.
MHD_Result AddParameter(void* parameters, MHD_ValueKind, const char* name, const char* value) {
  auto& all = *static_cast<Parameters*>(parameters);
  const auto [place, first] = all.emplace(name, value == nullptr ? "" : value);
  if (!first) place->second.append("\n").append(value == nullptr ? "" : value);
  return MHD_YES;
}

void LogLibraryError(void*, const char* format, va_list arguments) {
  char line[500];
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  if (length > 0) base::LogLine(base::LogLevel::kDebug, fmt::format("exporter: {}", line));
}

class MicrohttpdServer : public HttpServer {
 public:
  MicrohttpdServer(Sources sources, const HttpLimits& limits)
      : sources_(std::move(sources)), limits_(limits), deadlines_(limits.request), reader_(limits.readers) {}
  // Resumes what is suspended, which must not be when the daemon ends.
  ~MicrohttpdServer() override {
    ending_ = true;
    reader_.Finish();
  }

  Result<Endpoint> Serve(const Endpoint& listen) {
    auto listener = Listen(listen);
    if (!listener) return listener.error();
    listening_on_ = listener->address;
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                           (listen.address.is_v6() ? unsigned{MHD_USE_IPv6} : 0U);
    daemon_.reset(MHD_start_daemon(flags, 0, nullptr, nullptr, &OnRequest, this,           //
                                   MHD_OPTION_EXTERNAL_LOGGER, &LogLibraryError, nullptr,  // first, to get all lines
                                   MHD_OPTION_LISTEN_SOCKET, listener->socket.Release(),   // its own from here on
                                   MHD_OPTION_THREAD_POOL_SIZE, kThreads,                  //
                                   MHD_OPTION_CONNECTION_LIMIT, limits_.connections,       //
                                   MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits_.connections_per_address,         //
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits_.memory_per_connection,           //
                                   MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(limits_.idle.count()),  //
                                   MHD_OPTION_NOTIFY_CONNECTION, &OnConnection, this,                           //
                                   MHD_OPTION_NOTIFY_COMPLETED, &OnCompleted, this,                             //
                                   MHD_OPTION_END));
    if (!daemon_) {
      return Error{
          fmt::format("exporter: cannot serve HTTP on {}: no threads or descriptors left; raise the process's "
                      "limits (LimitNOFILE=, TasksMax=)",
                      listen.ToString())};
    }
    return listening_on_;
  }

  Endpoint listening_on() const override { return listening_on_; }

 private:
  static int SocketOf(MHD_Connection* connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  }

  static void OnConnection(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
    auto& deadlines = static_cast<MicrohttpdServer*>(self)->deadlines_;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
      deadlines.Start(SocketOf(connection));
    } else {
      deadlines.Forget(SocketOf(connection));
    }
  }

  static void OnCompleted(void* self, MHD_Connection* connection, void** request, MHD_RequestTerminationCode) {
    delete static_cast<Request*>(std::exchange(*request, nullptr));
    static_cast<MicrohttpdServer*>(self)->deadlines_.Start(SocketOf(connection));
  }

  // Called when the headers are read, for each part of a body, and when the request is whole.
  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* url, const char* method, const char*,
                              const char*, std::size_t* upload_size, void** request) {
    auto& server = *static_cast<MicrohttpdServer*>(self);
    const std::string_view asked = method;
    if (asked != "GET" && asked != "HEAD") return server.Send(connection, MethodNotAllowed());
    if (*request == nullptr) {
      *request = std::make_unique<Request>().release();  // the headers are read; go on to the end of the request
      return MHD_YES;
    }
    if (*upload_size > 0) {
      *upload_size = 0;  // a body that nobody asked for
      return MHD_YES;
    }
    return server.Answer(connection, url, *static_cast<Request*>(*request));
  }

  MHD_Result Answer(MHD_Connection* connection, const char* url, Request& request) {
    Parameters parameters;
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &AddParameter, &parameters);
    if (!IsRemembered(url)) {
      request.page = Render(url, parameters);
    } else if (!std::exchange(request.asked, true)) {
      return Suspend(connection, {url, std::move(parameters)}, request);
    }
    Page page = *std::exchange(request.page, std::nullopt);
    if (unsent_ > 0 && unsent_ + page.body.size() > limits_.unsent) {
      page = TryAgain("too many answers wait for slow readers");
    }
    return Send(connection, std::move(page));
  }

  Page Render(const std::string& path, const Parameters& parameters) const {
    try {
      return RenderPage(path, parameters, sources_, base::WallClockNow());
    } catch (const std::exception& error) {
      base::LogError("exporter: cannot render {}: {}", path, error.what());
      return {.status = 500, .body = "cannot render this page; the log says why\n"};
    }
  }

  // The library calls us again once the page is there. A connection that is suspended is not ended, so `request` stays.
  MHD_Result Suspend(MHD_Connection* connection, std::pair<std::string, Parameters> asked, Request& request) {
    MHD_suspend_connection(connection);
    const auto answer = [this, connection, asked = std::move(asked), &request] {
      request.page = ending_ ? TryAgain("dialwatch ends") : Render(asked.first, asked.second);
      MHD_resume_connection(connection);
    };
    if (!reader_.Do(answer)) {
      request.page = TryAgain("too many requests wait for the database");
      MHD_resume_connection(connection);
    }
    return MHD_YES;
  }

  MHD_Result Send(MHD_Connection* connection, Page page) {
    auto body = std::make_unique<Body>(std::move(page.body), unsent_);
    std::string& text = body->text();
    const Response response(
        MHD_create_response_from_buffer_with_free_callback_cls(text.size(), text.data(), &Body::Free, body.get()));
    if (!response) return MHD_NO;  // closes the connection
    [[maybe_unused]] const Body* handed_over = body.release();
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CONTENT_TYPE, page.content_type);
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff");
    if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
      MHD_add_response_header(response.get(), MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    }
    return MHD_queue_response(connection, page.status, response.get());
  }

  const Sources sources_;
  const HttpLimits limits_;
  std::atomic<std::size_t> unsent_ = 0;
  std::atomic<bool> ending_ = false;
  ConnectionDeadlines deadlines_;
  Endpoint listening_on_;
  SideThread reader_;
  Daemon daemon_;  // last: its threads use all the others
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const Endpoint& listen, Sources sources,
                                                      const HttpLimits& limits) {
  auto server = std::make_unique<MicrohttpdServer>(std::move(sources), limits);
  if (auto serving = server->Serve(listen); !serving) return serving.error();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace dialwatch::exporter
