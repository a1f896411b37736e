#include "probes/dns/line.h"

#include <cerrno>

namespace dialwatch::probes {

DnsFailure FailureOf(const std::error_code& error) {
  switch (error.value()) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
    case EADDRINUSE:
    case EPROTO:
      return {DnsOutcome::kNotAsked, error.message()};
    default:
      return {DnsOutcome::kUnreachable, error.message()};
  }
}

}  // namespace dialwatch::probes
