#pragma once

#include <cstddef>
#include <memory>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "reflector/reflector.h"

namespace dialwatch::reflector {

// A reflector at its UDP socket. Replies leave from the address that was asked, with the DSCP of the request, so that
// both directions are treated alike. [::] serves IPv4 as well. Thread safety: none.
class Server {
 public:
  static base::Result<Server> Open(const base::Endpoint& listen, Reflector reflector);
  Server(Server&&) noexcept;
  ~Server();

  int fd() const { return fd_.get(); }
  base::Endpoint LocalEndpoint() const;
  Reflector& reflector() { return reflector_; }

  // Answers what waits, up to one batch. Never waits.
  void HandleBatch();

 private:
  struct Batch;

  Server(base::UniqueFd fd, Reflector reflector);

  base::UniqueFd fd_;
  Reflector reflector_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace dialwatch::reflector
