#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/dns/tls_stream.h"
#include "probes/event_loop.h"
#include "tests/lab/test_ca.h"
#include "tests/probes/dns/octets.h"

struct ssl_ctx_st;

namespace dialwatch::probes {

// The CA that the clients of this process trust, by $SSL_CERT_FILE.
const lab::TestCa& TrustedCa();

// A certificate of it for dns.test and 127.0.0.1.
const lab::Certificate& GoodCertificate();

// A TLS server on 127.0.0.1, on the loop of the client under test. What is said inside is the test's affair.
class FakeTlsServer {
 public:
  using Connection = int;  // its descriptor

  // `alpn` is what it selects where the client offers it.
  FakeTlsServer(EventLoop& loop, const lab::Certificate& certificate, std::string alpn, std::uint16_t port = 0);
  ~FakeTlsServer();

  std::function<void(Connection)> on_open = {};  // the handshake is over
  std::function<void(Connection, const Octets&)> on_text = {};
  std::function<void(Connection)> on_close = {};
  std::function<void(Connection)> on_drained = {};  // all that was to be sent has left
  bool stalls = false;                              // accepts connections and says nothing
  bool closes = false;                              // accepts connections and closes them
  std::string greeting;                             // said to whoever connects, without TLS

  const base::Endpoint& endpoint() const { return endpoint_; }
  int accepted() const { return accepted_; }
  int resumed() const { return resumed_; }  // of those accepted, the handshakes that a ticket made short

  // What does not fit into the socket waits until it does.
  void Send(Connection connection, const Octets& text);
  std::size_t Unsent(Connection connection) const;
  // Has the client's TLS answer, without a word inside.
  void RequestKeyUpdate(Connection connection);
  // Reads nothing more from there.
  void StopReading(Connection connection);
  // At once, with all that is unsent.
  void Close(Connection connection);
  void CloseAll();

 private:
  struct Link {
    base::UniqueFd fd;
    std::unique_ptr<TlsStream> stream;
    std::unique_ptr<FdWatcher> watcher;
    bool reads = true;
  };
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };

  void OnAccept();
  void OnReady(Connection connection, bool readable);
  void Flush(Link& link);

  EventLoop& loop_;
  std::string alpn_;
  base::Endpoint endpoint_;
  base::UniqueFd listener_;
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  std::map<Connection, Link> links_;
  std::unique_ptr<FdWatcher> watcher_;
  int accepted_ = 0, resumed_ = 0;
};

}  // namespace dialwatch::probes
