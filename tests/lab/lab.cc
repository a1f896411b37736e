#include "tests/lab/lab.h"

#include <stdexcept>

#include "tests/lab/dns_query.h"
#include "tests/lab/netns.h"

namespace dialwatch::lab {
namespace {

constexpr int kDay = 86400;

// The caps that these operators are known to keep, for what their caches hold longest.
constexpr int kQuad9Cap = 43200, kCloudflareCap = 86400, kGoogleCap = 21600;

void AddAddresses() {
  AddAddress(kOffice, kOffice);
  for (const char* address : {kRoot, kNs1, kNs2, kRogue, kQuad9, kQuad9Second, kCloudflare, kCloudflareSecond, kGoogle,
                              kGoogleSecond, kStun, kSecondStun, kThirdStun}) {
    AddAddress(address, kOffice);
  }
}

std::filesystem::path WithAddresses(const std::filesystem::path& folder) {
  AddAddresses();
  return folder;
}

}  // namespace

Lab::Lab()
    : root(WithAddresses(folder()) / "root", {kRoot}, ".", RenderRoot()),
      authority(folder() / "authority", {kNs1, kNs2}, "example.com", zone_.Render(serial_)),
      quad9(folder() / "quad9", {"quad9", {kQuad9, kQuad9Second}, kQuad9Cap}),
      cloudflare(folder() / "cloudflare", {"cloudflare", {kCloudflare, kCloudflareSecond}, kCloudflareCap}),
      google(folder() / "google", {"google", {kGoogle, kGoogleSecond}, kGoogleCap}),
      stun(folder() / "stun", kStun),
      second_stun(folder() / "second_stun", kSecondStun) {
  for (const Nsd* server : {&root, &authority}) server->WaitReady();
  for (const Unbound* resolver : {&quad9, &cloudflare, &google}) resolver->WaitReady();
  for (const Coturn* server : {&stun, &second_stun}) server->WaitReady();
}

void Lab::Publish(const ExampleZone& zone) {
  zone_ = zone;
  ++serial_;
  authority.Load(zone_.Render(serial_), serial_);
}

void Lab::Poison(const Unbound& resolver, const std::string& host, const std::string& address) {
  ExampleZone wrong = zone_;
  wrong.hosts[host.substr(0, host.find('.'))] = {address, kDay};
  const Nsd rogue(folder() / "rogue", {kRogue}, "example.com", wrong.Render(serial_));
  rogue.WaitReady();
  resolver.LeadTo(kRogue, "example.com");
  resolver.Flush(host);
  const auto reply = Ask(resolver.address(), host);
  resolver.LeadBack("example.com");
  if (!reply || reply->addresses != std::vector{address}) {
    throw std::runtime_error(resolver.name() + " did not take the wrong copy of " + host);
  }
}

void Lab::Darken() {
  for (Unbound* resolver : {&quad9, &cloudflare, &google}) resolver->Stop();
  for (Nsd* server : {&root, &authority}) server->Stop();
  for (Coturn* server : {&stun, &second_stun}) server->Stop();
}

}  // namespace dialwatch::lab
