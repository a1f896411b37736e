#include "reflector/reflector.h"

#include <algorithm>

#include "reflector/stun_reply.h"

namespace dialwatch::reflector {
namespace {

using std::chrono::nanoseconds;

bool IsWithin(nanoseconds tolerance, nanoseconds now, std::int64_t sent_ns) {
  // the sender's number may be anything, so no difference is taken of it
  return sent_ns >= (now - tolerance).count() && sent_ns <= (now + tolerance).count();
}

}  // namespace

Reflector::Reflector(ReflectorOptions options, probes::TrainKeys keys)
    : options_(std::move(options)),
      keys_(std::move(keys)),
      // what was sent in the future is valid until then and as long again
      trains_(options_.most_trains, 2 * kClockTolerance),
      echoes_(options_.per_second, options_.most_sources),
      bindings_(options_.per_second, options_.most_sources) {}

std::variant<std::size_t, Drop> Reflector::Reflect(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                                   const Moment& moment) {
  ++counters_.received;
  const bool stun = LooksLikeStun(datagram);
  const auto answer = stun ? AnswerStun(datagram, source, moment) : Answer(datagram, source, moment);
  if (const auto* drop = std::get_if<Drop>(&answer)) {
    counters_.Count(*drop);
  } else {
    ++(stun ? counters_.bindings : counters_.echoed);
  }
  return answer;
}

std::variant<std::size_t, Drop> Reflector::Answer(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                                  const Moment& moment) {
  auto read = probes::ReadTrainPacket(datagram, keys_);
  if (const auto* fault = std::get_if<probes::TokenFault>(&read)) return static_cast<Drop>(*fault);
  auto& [token, key] = *std::get_if<probes::SignedToken>(&read);
  if (token.is_reply) return Drop::kIsReply;
  if (!IsWithin(kClockTolerance, moment.received, token.sent_ns)) return Drop::kClock;
  TrainTable::Train* train = trains_.Find(token.train, moment.now);
  if (train == nullptr) return Drop::kTooManyTrains;
  if (!train->window.Admit(token.number)) return Drop::kReplayed;
  if (!echoes_.Take(source.address, moment.now)) return Drop::kRateLimited;
  if (token.is_counted) ++train->counted;
  token.is_reply = true;
  token.received_ns = moment.received.count();
  token.transmitted_ns = moment.transmitted.count();
  token.count = train->counted;
  token.dialer = options_.dialer;
  probes::WriteTrainPacket(datagram, token, *key);
  return datagram.size();
}

std::variant<std::size_t, Drop> Reflector::AnswerStun(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                                      const Moment& moment) {
  const auto answer = AnswerBinding(datagram, source);
  if (answer.empty()) return Drop::kStun;
  if (!bindings_.Take(source.address, moment.now)) return Drop::kRateLimited;
  std::ranges::copy(answer, datagram.begin());
  return answer.size();
}

}  // namespace dialwatch::reflector
