#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/dns/frame_reader.h"
#include "probes/event_loop.h"
#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {

// A DNS server on 127.0.0.1 or where it is told, UDP and TCP at one free port, which answers as badly as the test
// wishes. It lives on the loop of the client under test, so that a test is one thread and nothing depends on who is
// scheduled when.
class FakeServer {
 public:
  struct Query {
    Octets wire;
    base::Endpoint from;
    int connection = -1;  // TCP: its descriptor

    bool tcp() const { return connection >= 0; }
  };
  using OnQuery = std::function<void(const Query&)>;

  explicit FakeServer(EventLoop& loop, OnQuery on_query = {},
                      base::Endpoint at = *base::Endpoint::Parse("127.0.0.1", 0));
  ~FakeServer();

  const base::Endpoint& endpoint() const { return endpoint_; }
  const std::vector<Query>& queries() const { return queries_; }
  void ForgetQueries() { queries_ = {}; }
  OnQuery on_query;  // nothing: silence

  // Sends a message, over TCP with its length.
  void Send(const Query& to, const Octets& message);
  // Sends octets as they are; TCP only.
  void SendRaw(const Query& to, const Octets& octets);
  void CloseConnection(const Query& to);

 private:
  struct Connection {
    base::UniqueFd fd;
    FrameReader frames;
    std::unique_ptr<FdWatcher> watcher;
  };

  void OnDatagram();
  void OnConnection();
  void OnStream(int fd);
  void Take(Query query);

  EventLoop& loop_;
  base::Endpoint endpoint_;
  base::UniqueFd udp_, listener_;
  std::map<int, Connection> connections_;
  std::unique_ptr<FdWatcher> udp_watcher_, listener_watcher_;
  std::vector<Query> queries_;
};

// Runs the loop until `condition` holds; false where it does not in time.
bool RunUntil(EventLoop& loop, const std::function<bool()>& condition,
              std::chrono::seconds patience = std::chrono::seconds(20));

}  // namespace dialwatch::probes
