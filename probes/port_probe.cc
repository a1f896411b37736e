#include "probes/port_probe.h"

#include <utility>

#include "probes/reachable.h"

namespace dialwatch::probes {

PortProbe::PortProbe(Asker& asker, const AnswerBook& answers, config::Dialer dialer)
    : asker_(asker), answers_(answers), dialer_(std::move(dialer)) {}

void PortProbe::Start(const Turn& turn) {
  const config::Settings& settings = *asker_.settings;
  const auto port = static_cast<std::uint16_t>(dialer_.rtp_port);
  ++round_;
  knocks_.clear();
  for (const AnswerBook::Address& place : ReachableAddresses(answers_, dialer_.host, port, kMostAddresses)) {
    PortSample begun;
    begun.subject = {dialer_.name, dialer_.host, place.resolvers, place.by_authority, {place.address, port}};
    begun.round = round_;
    knocks_.emplace_back(asker_.loop, std::move(begun), settings.vantage.bind, settings.probing.timeout,
                         [this, turn](const PortSample& sample) { asker_.sink(sample); });
  }
}

}  // namespace dialwatch::probes
