#include "diagnosis/media/port_view.h"

#include <algorithm>

#include "diagnosis/late.h"

namespace dialwatch::diagnosis {

void PortView::Add(const std::shared_ptr<const PortSample>& sample) {
  auto& newest = addresses[sample->subject.address];
  if (!newest || !IsLate(sample->at, newest->at)) newest = sample;
}

const PortSample* PortView::Newest() const {
  const PortSample* newest = nullptr;
  for (const auto& [address, sample] : addresses) {
    if (newest == nullptr || sample->at > newest->at) newest = sample.get();
  }
  return newest;
}

std::vector<const PortSample*> PortView::Current() const {
  std::vector<const PortSample*> current;
  const PortSample* newest = Newest();
  for (const auto& [address, sample] : addresses) {
    if (sample->round == newest->round) current.push_back(sample.get());
  }
  return current;
}

std::string_view ExplainPort(PortOutcome outcome) {
  switch (outcome) {
    case PortOutcome::kAnswered:
      return "it answers";
    case PortOutcome::kErrorResponse:
      return "it answers, with an error";
    case PortOutcome::kOtherAnswer:
      return "something answers that knows no STUN";
    case PortOutcome::kRefused:
      return "the host is up, and nobody listens there, as it is while there is no call";
    case PortOutcome::kRejected:
      return "not known: turned back on the way";
    case PortOutcome::kSilent:
      return "not known: silence is no sign";
    case PortOutcome::kSendFailed:
      return "not known: this machine could not send";
  }
  return "?";
}

bool AnyPortSince(const std::map<std::string, PortView>& ports, TimePoint since) {
  return std::ranges::any_of(ports, [&](const auto& dialer) {
    return std::ranges::any_of(dialer.second.addresses, [&](const auto& each) {
      return IsHostThere(each.second->outcome) && each.second->at > since;
    });
  });
}

}  // namespace dialwatch::diagnosis
