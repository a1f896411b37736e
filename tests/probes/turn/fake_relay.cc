#include "tests/probes/turn/fake_relay.h"

#include <fmt/format.h>

namespace dialwatch::probes::test {

using base::Endpoint;

namespace {

constexpr const char* kRealm = "example.org";

std::string NameOf(const TurnMessage& request) {
  switch (static_cast<TurnMethod>(request.method())) {
    case TurnMethod::kAllocate:
      return "allocate";
    case TurnMethod::kCreatePermission:
      return "permit";
    case TurnMethod::kChannelBind:
      return "bind";
    case TurnMethod::kRefresh: {
      const auto lifetime = request.Find(TurnAttribute::kLifetime);
      return fmt::format("refresh {}", lifetime ? (*lifetime)[2] << 8 | (*lifetime)[3] : -1);
    }
    default:
      return "other";
  }
}

}  // namespace

FakeRelay::FakeRelay(EventLoop& loop)
    : server_(loop, [this](FakeServer&, const Octets& octets, const Endpoint& from) { Take(octets, from); }),
      relay_(loop, [this](FakeServer&, const Octets& packet, const Endpoint& from) { TakePeer(packet, from); }) {}

void FakeRelay::Send(const Endpoint& to, const Octets& octets) {
  server_.Send(to, octets);
  if (twice) server_.Send(to, octets);
}

void FakeRelay::Take(const Octets& octets, const Endpoint& from) {
  if (const auto data = ReadChannelData(octets)) {
    if (bound_ && !drops_out) relay_.Send(*bound_, Octets(data->data.begin(), data->data.end()));
    return;
  }
  const auto message = TurnMessage::Read(octets);
  if (!message) return;
  if (message->method() == static_cast<std::uint16_t>(TurnMethod::kBinding)) {
    return server_.Send(from, MappedAnswer(octets, from));
  }
  if (message->kind() == TurnClass::kIndication) {
    const auto to = message->FindXor(TurnAttribute::kXorPeerAddress);
    const auto data = message->Find(TurnAttribute::kData);
    if (to && data && !drops_out) relay_.Send(*to, Octets(data->begin(), data->end()));
    return;
  }
  client_ = from;
  if (lost-- > 0) return;
  Answer(*message, from);
}

void FakeRelay::Answer(const TurnMessage& request, const Endpoint& from) {
  const auto method = static_cast<TurnMethod>(request.method());
  if (silent.contains(method)) return;
  if (says) return Send(from, *says);
  const auto username = request.FindText(TurnAttribute::kUsername);
  const bool right = username == kCaller.username && request.IsSigned(LongTermKey(kCaller, kRealm));
  if (!right) return Refuse(request, from, 401);
  if (stale-- > 0) return Refuse(request, from, 438);
  if (NameOf(request) == "refresh 0" && stale_releases-- > 0) return Refuse(request, from, 438);
  if (request.FindText(TurnAttribute::kNonce) != fmt::format("nonce{}", nonces_)) return Refuse(request, from, 438);
  if (alternate && method == TurnMethod::kAllocate) return Refuse(request, from, 300);
  if (const auto error = errors.find(method); error != errors.end()) return Refuse(request, from, error->second);
  Succeed(request, from);
}

void FakeRelay::Succeed(const TurnMessage& request, const Endpoint& from) {
  const auto method = static_cast<TurnMethod>(request.method());
  log.push_back(NameOf(request));
  TurnWriter answer(method, TurnClass::kSuccess, request.id());
  if (method == TurnMethod::kAllocate) {
    answer.AddXor(TurnAttribute::kXorRelayedAddress, says_relayed.value_or(relayed()))
        .AddXor(TurnAttribute::kXorMappedAddress, from)
        .Add(TurnAttribute::kLifetime, std::uint32_t{600});
  }
  if (method == TurnMethod::kCreatePermission) {
    permitted_ = request.FindXor(TurnAttribute::kXorPeerAddress)->address;
  }
  if (method == TurnMethod::kChannelBind) bound_ = request.FindXor(TurnAttribute::kXorPeerAddress);
  Send(from, std::move(answer).Finish(unsigned_answers ? TurnKey() : LongTermKey(kCaller, kRealm)));
}

void FakeRelay::Refuse(const TurnMessage& request, const Endpoint& from, int code) {
  log.push_back(fmt::format("{} {}", NameOf(request), code));
  TurnWriter answer(static_cast<TurnMethod>(request.method()), TurnClass::kError, request.id());
  answer.Add(TurnAttribute::kErrorCode, ErrorValue(code, "no"));
  if (code == 401 || code == 438) {
    answer.Add(TurnAttribute::kRealm, kRealm).Add(TurnAttribute::kNonce, fmt::format("nonce{}", ++nonces_));
  }
  if (code == 300) answer.Add(TurnAttribute::kAlternateServer, AddressValue(*alternate));
  Send(from, std::move(answer).Finish());
}

void FakeRelay::TakePeer(const Octets& packet, const Endpoint& from) {
  if (drops_back || permitted_ != from.address || lost_back-- > 0) return;
  if (bound_ == from) {
    if (!drops_channel_back) Send(client_, WriteChannelData({kFirstChannel, packet}, false));
    return;
  }
  TurnWriter indication(TurnMethod::kData, TurnClass::kIndication, NewTransactionId());
  indication.AddXor(TurnAttribute::kXorPeerAddress, from).Add(TurnAttribute::kData, packet);
  Send(client_, std::move(indication).Finish());
}

}  // namespace dialwatch::probes::test
