#include "tests/lab/lab.h"

#include <stdexcept>

#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr int kDay = 86400;
constexpr std::chrono::seconds kPatience(5);

// The caps that these operators are known to keep, for what their caches hold longest.
constexpr int kQuad9Cap = 43200, kCloudflareCap = 86400, kGoogleCap = 21600;

}  // namespace

Lab::Lab()
    : root(folder() / "root", {kRoot}, {{".", root_.Render(1)}}),
      authority(folder() / "authority", {kNs1, kNs2}, {{"example.com", zone_.Render(serial_)}}),
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
  authority.Load("example.com", zone_.Render(serial_), serial_);
}

void Lab::PublishRoot(const RootZone& zone) {
  root_ = zone;
  ++root_serial_;
  root.Load(".", root_.Render(root_serial_), root_serial_);
}

void Lab::Poison(const Resolver& resolver, const std::string& host, const std::string& address) {
  ExampleZone wrong = zone_;
  wrong.hosts[host.substr(0, host.find('.'))] = {address, kDay};
  const Nsd rogue(folder() / "rogue", {kRogue}, {{"example.com", wrong.Render(serial_)}});
  rogue.WaitReady();
  resolver.LeadTo(kRogue, "example.com");
  resolver.Flush(host);
  // one of several copies behind the address is asked when the kernel's dice say so
  const bool taken = WaitUntil(kPatience, [&] {
    const auto reply = Ask(resolver.address(), host);
    return reply && reply->addresses == std::vector{address};
  });
  resolver.LeadBack("example.com");
  if (!taken) {
    throw std::runtime_error(resolver.name() + " did not take the wrong copy of " + host);
  }
}

void Lab::Darken() {
  for (Unbound* resolver : {&quad9, &cloudflare, &google}) resolver->Stop();
  for (Nsd* server : {&root, &authority}) server->Stop();
  for (Coturn* server : {&stun, &second_stun}) server->Stop();
}

}  // namespace dialwatch::lab
