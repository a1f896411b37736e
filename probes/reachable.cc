#include "probes/reachable.h"

#include <algorithm>
#include <iterator>

#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {

std::vector<AnswerBook::Address> ReachableAddresses(const AnswerBook& answers, const std::string& host,
                                                    std::uint16_t port, std::size_t most) {
  const auto all = answers.AddressesOf(host, base::WallClockNow());
  std::vector<AnswerBook::Address> reachable;
  std::ranges::copy_if(all, std::back_inserter(reachable), [&](const AnswerBook::Address& each) {
    return HasRoute(base::Endpoint{each.address, port});
  });
  if (reachable.empty()) reachable = all;
  if (reachable.size() > most) reachable.resize(most);
  return reachable;
}

}  // namespace dialwatch::probes
