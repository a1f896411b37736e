#include "probes/stun/nat_sample.h"

namespace dialwatch::probes {

std::string_view FormatNatBehaviour(NatBehaviour behaviour) {
  switch (behaviour) {
    case NatBehaviour::kNotMeasurable:
      return "not-measurable";
    case NatBehaviour::kEndpointIndependent:
      return "endpoint-independent";
    case NatBehaviour::kAddressDependent:
      return "address-dependent";
    case NatBehaviour::kAddressAndPortDependent:
      return "address-and-port-dependent";
  }
  return "?";
}

}  // namespace dialwatch::probes
