#include "diagnosis/rules/call_advice.h"

#include <fmt/format.h>

#include <string_view>

#include "base/printable.h"

namespace dialwatch::diagnosis {
namespace {

using Advice = std::vector<std::string>;

std::string PortText(const probes::CallSubject& subject) {
  const std::string_view transport = subject.transport == config::Transport::kUdp ? "UDP" : "TCP";
  return fmt::format("{} port {}", transport, subject.address.port);
}

// RFC 3261 §21: what a dialer may mean by its refusal.
std::string AdviseOnStatus(const probes::CallSubject& subject, int status) {
  const std::string extension = base::Printable(subject.extension);
  switch (status) {
    case 404:
    case 484:
      return fmt::format("see that {} is an extension that our user may dial (Asterisk: `dialplan show {}@CONTEXT`)",
                         extension, extension);
    case 403:
      return "see whether the dialer blocks this machine: its ACL, fail2ban, and the user's own permissions";
    case 480:
    case 486:
    case 600:
      return "see whether its channels are used up, by old calls of ours perhaps (Asterisk: `core show channels`)";
    case 415:
    case 488:
    case 606:
      return "allow PCMU or PCMA for our user (Asterisk: allow=ulaw,alaw)";
    default:
      if (status < 400) return "name in `target` where it is to be called: redirections are not followed";
      if (status >= 500) return "look at its load and at its own log: it answers, and cannot take a call";
      return fmt::format("look up the call to {} in its log: it says why it answers {}", extension, status);
  }
}

Advice AdviseOnSilence(const probes::CallSubject& subject, bool media_flows) {
  const std::string firewall =
      fmt::format("see whether a firewall or fail2ban there drops {} from this machine", PortText(subject));
  if (media_flows) {
    return {
        "look at its SIP service, not at its host or line: its reflector echoes (Asterisk: is it running? `pjsip "
        "show transports`)",
        firewall};
  }
  return {"see whether the dialer's host is up and its SIP service runs (Asterisk: `pjsip show transports`)", firewall,
          "call it from elsewhere, to tell the dialer from the way to it"};
}

Advice AdviseOnChannels(const probes::SipCallResult& result) {
  Advice advice{
      "look for channels of dialwatch on the dialer and hang them up (Asterisk: `core show channels`, `channel "
      "request hangup NAME`)",
      "see why BYE does not get an answer: a proxy or SIP helper (ALG) between that loses the call's route"};
  if (!result.session_timer) {
    advice.emplace_back("turn session timers on, so that it ends such calls by itself (Asterisk: timers=yes)");
  }
  return advice;
}

}  // namespace

Advice AdviseOnSignalling(const EchoCallSample& sample, bool media_flows) {
  const probes::CallSubject& subject = sample.call.subject;
  const probes::SipCallResult& result = sample.call.result;
  const std::string extension = base::Printable(subject.extension);
  switch (result.outcome) {
    case SipOutcome::kTlsFailed:
      return {"have the certificate that it shows for SIP renewed or mended: its phones refuse it as well",
              fmt::format("see whether it speaks TLS on {}", PortText(subject))};
    case SipOutcome::kRefused:
      return {AdviseOnStatus(subject, result.status)};
    case SipOutcome::kUnauthorized:
      return {"put right user, password or realm of this [[call]] here, as the dialer has them",
              "see whether that account was changed or removed at the dialer, and whether those of its agents were"};
    case SipOutcome::kNoPassword:
      return {"put the password's file where the config says, readable for the user that dialwatch runs as"};
    case SipOutcome::kNotAnswered:
      return {fmt::format("see what {} does at the dialer: it must answer by itself (Asterisk: Answer(), then Echo())",
                          extension)};
    case SipOutcome::kBadAnswer:
      return {
          "allow PCMU or PCMA for our user, and give it an address for its audio (Asterisk: allow=ulaw,alaw; "
          "external_media_address)"};
    case SipOutcome::kDropped:
      return {fmt::format("look up the call to {} in its log: it hangs up, or its service dies, while audio should "
                          "flow",
                          extension),
              "see whether agents' calls are cut off as well: begin with the dialer's load and its last restart"};
    case SipOutcome::kNotEnded:
      return AdviseOnChannels(result);
    default:
      return AdviseOnSilence(subject, media_flows);
  }
}

Advice AdviseOnMuteCall(const EchoCallSample& sample, bool media_flows) {
  const probes::CallSubject& subject = sample.call.subject;
  Advice advice;
  if (!sample.call.result.address_note.empty()) {
    advice.emplace_back(
        "have it offer the address that callers reach (Asterisk: external_media_address and local_net of its "
        "transport)");
  }
  advice.emplace_back(
      "see whether a firewall lets the dialer's RTP ports through, both ways (Asterisk: rtpstart to rtpend in "
      "rtp.conf)");
  if (media_flows) advice.back() += ": its reflector's port is open, and it echoes";
  advice.push_back(fmt::format("see that {} sends audio back (Asterisk: Answer(), then Echo()), with rtp_symmetric=yes",
                               base::Printable(subject.extension)));
  return advice;
}

}  // namespace dialwatch::diagnosis
