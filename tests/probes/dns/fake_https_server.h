#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/probes/dns/fake_tls_server.h"

struct nghttp2_session;

namespace dialwatch::probes {

// A server of HTTP/2 on 127.0.0.1, on the loop of the client under test, which answers as badly as the test wishes.
class FakeHttpsServer {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Request {
    int connection = -1;
    std::int32_t stream = 0;
    Fields head;
    Octets body{};

    std::string Field(const std::string& name) const;
  };
  struct Response {
    int status = 200;
    Fields head = {{"content-type", "application/dns-message"}};
    Octets body{};
    bool endless = false;  // the body goes on and on
  };

  explicit FakeHttpsServer(EventLoop& loop, const lab::Certificate& certificate = GoodCertificate(),
                           std::uint16_t port = 0);
  ~FakeHttpsServer();

  std::function<void(const Request&)> on_request = {};
  const std::vector<Request>& requests() const { return requests_; }
  void ForgetRequests() { requests_ = {}; }

  void Respond(const Request& to, Response response);
  // Ends a stream without a response (RFC 9113 §6.4), and a connection.
  void Reset(const Request& to);
  void Close(const Request& to) { tls.Close(to.connection); }

  FakeTlsServer tls;

 private:
  struct Hooks;  // what nghttp2 calls
  struct FreeSession {
    void operator()(nghttp2_session* session) const;
  };
  struct Link {
    FakeHttpsServer* server = nullptr;
    int connection = -1;
    std::unique_ptr<nghttp2_session, FreeSession> session;
    std::map<std::int32_t, Request> requests;  // by stream, as they come
    std::vector<Request> whole;
    std::map<std::int32_t, std::pair<Response, std::size_t>> responses;  // and how much of the body has left
  };

  void OnOpen(int connection);
  void OnText(int connection, const Octets& text);
  void SendAll(Link& link);

  std::map<int, std::unique_ptr<Link>> links_;
  std::vector<Request> requests_;
};

}  // namespace dialwatch::probes
