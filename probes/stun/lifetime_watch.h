#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "probes/stun/binding_socket.h"
#include "probes/stun/lifetime_search.h"

namespace dialwatch::probes {

// Measures how long an idle mapping lives, over many turns: one socket gets a mapping and then says nothing; after a
// pause a second socket asks the server to answer to the first one's mapped port (RFC 5780 §4.6). What arrives there
// shows that the mapping lives. Asking again from the first socket would not: many NATs give a new mapping the old
// port. So a server that does not know RESPONSE-PORT can only tell where a NAT chooses its ports.
// Thread safety: none; use it on its loop's thread only.
class LifetimeWatch {
 public:
  using Told = std::function<void(const MappingLifetime&)>;

  // `told` whenever more is known.
  LifetimeWatch(EventLoop& loop, const base::Endpoint& server, const std::optional<base::IpAddress>& bind, Told told);
  LifetimeWatch(const LifetimeWatch&) = delete;
  LifetimeWatch& operator=(const LifetimeWatch&) = delete;

  const base::Endpoint& server() const { return server_; }
  // It rests, since its server is silent or cannot tell: another one may do better.
  bool stuck() const { return stuck_; }

  // What is known so far; another watch of the same NAT goes on from there.
  const LifetimeSearch& search() const { return search_; }
  void GoOnFrom(const LifetimeSearch& search) { search_ = search; }

  // For tests: what the search calls a second.
  std::chrono::milliseconds second = std::chrono::seconds(1);

  void Start();

 private:
  using Answer = std::optional<BindingSocket::Answer>;

  // Whether the server answers to another port when it is asked to; tried once, without a pause.
  enum class ResponsePort : std::uint8_t { kUntried, kWorks, kIgnored };

  void Map();
  void TakeMapping(const Answer& answer);
  void Look();
  void TakeLook(bool arrived);
  void LookAgain();
  void Conclude(bool alive);
  void Rest(std::chrono::seconds pause);

  EventLoop& loop_;
  const base::Endpoint server_;
  const std::optional<base::IpAddress> bind_;
  const Told told_;
  LifetimeSearch search_;
  MappingLifetime last_told_;
  std::chrono::seconds pause_{};
  std::unique_ptr<BindingSocket> idle_, asking_;
  base::Endpoint local_, mapped_;  // of the idle socket
  ResponsePort response_port_ = ResponsePort::kUntried;
  bool stuck_ = false;
  Timer timer_;
};

}  // namespace dialwatch::probes
