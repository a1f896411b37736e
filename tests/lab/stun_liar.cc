#include "tests/lab/stun_liar.h"

#include <stdexcept>

#include "tests/lab/stun_message.h"

namespace dialwatch::lab {
namespace {

base::Endpoint ParseEndpoint(const std::string& text) {
  auto endpoint = base::Endpoint::Parse(text, 3478);  // RFC 8489 §9
  if (!endpoint) throw std::runtime_error(endpoint.error().what);
  return *endpoint;
}

}  // namespace

StunLiar::StunLiar(const std::string& address, const std::string& told)
    : server_(ParseEndpoint(address),
              [lie = ParseEndpoint(told).address](std::string_view request, const base::Endpoint& client) {
                return BindingResponse(request, {lie, client.port});
              }) {}

}  // namespace dialwatch::lab
