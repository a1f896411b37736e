#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/diagnosis/media/media_world.h"

// Calls, and dialers that are called, in a few words.
namespace dialwatch::diagnosis {

// A call to 9196 of `dialer` at `address`, which these resolvers give, and perhaps the authority: answered, and echoed.
inline EchoCallSample Answers(const std::string& dialer, const std::string& address = "198.51.100.11",
                              std::vector<std::string> resolvers = {"cloudflare", "google", "quad9"},
                              bool by_authority = true) {
  EchoCallSample sample;
  probes::CallSubject& subject = sample.call.subject;
  subject.dialer = dialer;
  subject.host = dialer + ".example.com";
  subject.resolved_via = std::move(resolvers);
  subject.by_authority = by_authority;
  subject.address = *base::Endpoint::Parse(address, 5060);
  subject.extension = "9196";
  probes::SipCallResult& result = sample.call.result;
  result.outcome = SipOutcome::kCompleted;
  result.status = 200;
  result.server = "Asterisk PBX 18";
  result.options_rtt = 21ms;
  result.answered_after = 120ms;
  result.talked = 2100ms;
  result.session_timer = 90;
  result.answer.emplace();
  probes::TalkSample& talk = sample.talk.emplace();
  talk.remote = *base::Endpoint::Parse(address, 10000);
  talk.outcome = RtpOutcome::kOk;
  talk.measures.round = {.sent = 100, .jitter = std::chrono::microseconds(300)};
  talk.measures.rtt = probes::RoundTrip{20ms, 23ms, 25ms};
  talk.quality = probes::VoiceQuality{91.2, 4.36, false};
  return sample;
}

inline EchoCallSample Fails(SipOutcome outcome, const std::string& why, EchoCallSample sample, int status = 0) {
  probes::SipCallResult& result = sample.call.result;
  result = {};
  result.outcome = outcome;
  result.why = why;
  result.status = status;
  sample.talk.reset();
  return sample;
}

inline EchoCallSample Silence(const std::string& dialer) {
  return Fails(SipOutcome::kSilent, "no answer to OPTIONS", Answers(dialer));
}

inline EchoCallSample Refuses(const std::string& dialer, int status, const std::string& reason) {
  return Fails(SipOutcome::kRefused, "INVITE was answered with " + std::to_string(status) + " " + reason,
               Answers(dialer), status);
}

// It was up, and then did not end.
inline EchoCallSample Unended(EchoCallSample sample) {
  sample.call.result.outcome = SipOutcome::kNotEnded;
  sample.call.result.why = "no answer to BYE";
  return sample;
}

inline EchoCallSample Mute(EchoCallSample sample, const std::string& address_note = "") {
  sample.call.result.address_note = address_note;
  sample.talk->outcome = RtpOutcome::kBlackhole;
  sample.talk->measures = {};
  sample.talk->measures.round = {.sent = 100, .lost = 100, .jitter = {}};
  sample.talk->quality.reset();
  return sample;
}

inline EchoCallSample Deaf(EchoCallSample sample) {
  sample = Mute(std::move(sample));
  sample.talk->outcome = RtpOutcome::kOneWayDown;
  sample.talk->foreign = 98;
  return sample;
}

inline EchoCallSample Poor(EchoCallSample sample) {
  sample.talk->outcome = RtpOutcome::kDegraded;
  sample.talk->measures.round.lost = 8;
  sample.talk->measures.round.jitter = 34ms;
  sample.talk->quality->mos = 3.2;
  return sample;
}

struct CallWorld : MediaWorld {
  explicit CallWorld(int dialers = 1) : MediaWorld(dialers) {
    for (config::Dialer& dialer : settings.dialers) {
      dialer.reflector_port = 0;
      settings.calls.push_back({.dialer = dialer.name, .target = {.host = dialer.host}, .extension = "9196"});
    }
  }

  // A minute later these dialers are called, after trains to them.
  void Call(std::vector<EchoCallSample> samples, const std::vector<TrainSample>& trains = {}) {
    Turn(trains);
    now += 20s;
    CallInSilence(std::move(samples));
  }
  // So too, where nothing else answers.
  void CallInSilence(std::vector<EchoCallSample> samples) {
    now += 5s;
    for (EchoCallSample& sample : samples) {
      sample.call.at = now;
      sample.call.round = round;
      picture.Add(std::move(sample));
    }
  }
};

}  // namespace dialwatch::diagnosis
