#include "tests/world/media_turn.h"

#include <algorithm>
#include <utility>

#include "probes/train_probe.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::EchoCallSample, probes::PortSample, probes::RtpOutcome, probes::SipOutcome, probes::TrainSample;

constexpr Duration kRestOfAnswers = 1s;
constexpr Duration kRelaySetUp = 300ms;

bool IsDoubtful(const EchoCallSample& sample) {
  if (sample.call.result.outcome != SipOutcome::kCompleted) return true;
  return sample.talk->outcome != RtpOutcome::kOk && sample.talk->outcome != RtpOutcome::kDegraded;
}

}  // namespace

std::vector<probes::AnswerBook::Address> MediaTurns::Addresses() const {
  auto found = asking_.answers.AddressesOf(dialer_.host, asking_.agenda.now());
  if (found.size() > probes::TrainProbe::kMostAddresses) found.resize(probes::TrainProbe::kMostAddresses);
  return found;
}

probes::MediaSubject MediaTurns::SubjectAt(const Address& address, int port) const {
  return {dialer_.name,
          dialer_.host,
          address.resolvers,
          address.by_authority,
          {address.address, static_cast<std::uint16_t>(port)}};
}

void MediaTurns::Hurry() {
  const TimePoint now = asking_.agenda.now();
  if (round_ == 0 || now < next_hurry_ || !under_way_.expired()) return;
  next_hurry_ = now + asking_.settings->media.interval;
  asking_.agenda.In(kRestOfAnswers, [this] { Train(nullptr); });
}

void MediaTurns::Train(const Turn& turn) {
  const auto addresses = Addresses();
  if (!under_way_.expired() || addresses.empty()) return;
  ++round_;
  const auto held = std::make_shared<Turn>(turn);  // until the last train of all
  under_way_ = held;
  end_ = asking_.agenda.now() + asking_.settings->media.interval * 9 / 10;
  const auto were_silent = std::exchange(silent_, {});
  for (const Address& each : addresses) {
    const bool silent = were_silent.contains(each.address);
    if (silent) silent_.insert(each.address);
    SendTrain(each, silent ? 1 : probes::TrainProbe::kTrains, held);
  }
  if (!turn || silent_.contains(addresses.front().address)) return;
  for (const config::Turn& relay : asking_.settings->turn_servers) SendRelayed(relay, addresses.front(), held);
}

void MediaTurns::SendTrain(const Address& address, int trains_left, const Turn& turn) {
  TrainSample begun;
  begun.subject = SubjectAt(address, dialer_.reflector_port);
  begun.round = round_;
  const config::Media& media = asking_.settings->media;
  const TimePoint now = asking_.agenda.now();
  RunTrain(begun, asking_.world.DialerAt(address.address), media, asking_.world.uplink, now, asking_.chance);
  const Duration length = begun.at - now;
  asking_.agenda.At(begun.at, [this, sample = begun, address, left = trains_left - 1, length, turn] {
    asking_.Tell(sample);
    if (!sample.echoed_by.empty()) {
      silent_.erase(address.address);
    } else if (left == 0) {
      silent_.insert(address.address);
    }
    const Duration pause = std::min<Duration>(probes::TrainProbe::kLongestPause, asking_.settings->media.interval / 12);
    const bool doubtful = sample.outcome != RtpOutcome::kOk || sample.echoed_by != dialer_.name;
    if (left == 0 || !doubtful || asking_.agenda.now() + pause + length > end_) return;
    asking_.agenda.In(pause, [this, address, left, turn] { SendTrain(address, left, turn); });
  });
}

void MediaTurns::SendRelayed(const config::Turn& relay, const Address& address, const Turn& turn) {
  TrainSample sample;
  sample.subject = SubjectAt(address, dialer_.reflector_port);
  sample.subject.relay = relay.name;
  sample.round = round_;
  const TimePoint now = asking_.agenda.now();
  const world::Relay* there = servers_.RelayOf(relay);
  const Relay::State state = there == nullptr ? Relay::State::kSilent : there->state.At(now);
  RunTrain(sample, asking_.world.DialerAt(address.address), asking_.settings->media, asking_.world.uplink,
           now + kRelaySetUp, asking_.chance);
  if (state != Relay::State::kWell && state != Relay::State::kNoData) {
    sample.outcome = RtpOutcome::kNoRelay;
    sample.error = "no answer";
  } else if (state == Relay::State::kNoData) {
    sample.outcome = RtpOutcome::kBlackhole;
  }
  if (sample.outcome == RtpOutcome::kNoRelay || state == Relay::State::kNoData) {
    sample.measures = {};
    sample.measures.round.sent = static_cast<std::uint32_t>(asking_.settings->media.packets);
    sample.measures.round.lost = sample.measures.round.sent;
    sample.echoed_by.clear();
    sample.quality.reset();
  }
  asking_.agenda.At(sample.at, [this, sample, turn] { asking_.Tell(sample); });
}

void MediaTurns::Call(const Turn& turn) {
  ++call_round_;
  for (const Address& address : Addresses()) CallAt(address, true, turn);
}

void MediaTurns::CallAt(const Address& address, bool again, const Turn& turn) {
  const config::Call& call = *config::FindCall(*asking_.settings, dialer_.name);
  EchoCallSample sample;
  sample.call.subject = {.dialer = dialer_.name,
                         .host = dialer_.host,
                         .resolved_via = address.resolvers,
                         .by_authority = address.by_authority,
                         .address = {address.address, call.target.PortOrDefault()},
                         .transport = call.target.transport,
                         .extension = call.extension};
  sample.call.round = call_round_;
  RunCall(sample, asking_.world.DialerAt(address.address), asking_.world.uplink, asking_.agenda.now(), asking_.chance);
  asking_.agenda.At(sample.call.at, [this, sample, address, again, turn] {
    asking_.Tell(sample);
    if (again && IsDoubtful(sample)) CallAt(address, false, turn);
  });
}

void MediaTurns::Port(const Turn& turn) {
  ++port_round_;
  for (const Address& address : Addresses()) {
    PortSample sample;
    sample.subject = SubjectAt(address, dialer_.rtp_port);
    sample.round = port_round_;
    AskPort(sample, asking_.world.DialerAt(address.address), asking_.settings->probing.timeout, asking_.world.uplink,
            asking_.agenda.now(), asking_.chance);
    asking_.agenda.At(sample.at, [this, sample, turn] { asking_.Tell(sample); });
  }
}

}  // namespace dialwatch::world
