#include "probes/sip/answering.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kRemembered = 8;

// Extensions that the other side insists on and that we do not know (RFC 3261 §8.2.2.3).
std::string Unknown(const SipMessage& request) {
  std::string unknown;
  for (const std::string_view option : request.FindAll("Require")) {
    if (option.empty() || SipEqual(option, "timer")) continue;
    unknown += fmt::format("{}{}", unknown.empty() ? "" : ", ", option);
  }
  return unknown;
}

// Who renews the session next is left to the other side's wish, else to the other side (RFC 4028 §9).
void AddSessionTimer(const SipMessage& request, SipMessage& response) {
  const auto value = request.Find("Session-Expires");
  const auto pieces = value ? SplitSip(*value, ';') : std::nullopt;
  const auto seconds = pieces ? SipNumber(pieces->front()) : std::nullopt;
  if (!seconds) return;
  const bool ours = SipEqual(FindSipParameter(ReadSipParameters(*pieces, 1), "refresher").value_or(""), "uas");
  response.Add("Session-Expires", fmt::format("{};refresher={}", *seconds, ours ? "uas" : "uac"));
  if (!ours) response.Add("Require", "timer");
}

}  // namespace

void SipAnswering::Agree(SdpAudio theirs, std::string ours) {
  theirs_ = std::move(theirs);
  ours_ = std::move(ours);
}

SipAnswering::Step SipAnswering::OnRequest(const SipParty& party, SipDialog* dialog, const SipArrival& request,
                                           SipTime now) {
  const SipIds& ids = request.ids;
  if (ids.method == "ACK") {
    if (unconfirmed_ && dialog != nullptr && dialog->Owns(party, request) && ids.cseq == unconfirmed_->cseq) {
      unconfirmed_.reset();
    }
    return {};
  }
  if (answers_ == kMaxAnswers) return {};
  ++answers_;
  for (const Answered& each : answered_) {
    if (each.branch == ids.via.branch && each.method == ids.method) return {each.octets, false};
  }
  const SipMessage response = Answer(party, dialog, request);
  const bool good = response.status == 200;
  Answered answered{ids.via.branch, ids.method, WriteSipMessage(response)};
  if (good && dialog != nullptr && (ids.method == "INVITE" || ids.method == "UPDATE"))
    dialog->TakeContact(request.message);
  if (good && ids.method == "INVITE") {
    unconfirmed_ = Unconfirmed{ids.cseq, answered.octets, kSipT1, now + kSipT1, now + kSipGiveUp};
  }
  Step step{answered.octets, good && ids.method == "BYE"};
  answered_.push_back(std::move(answered));
  if (answered_.size() > kRemembered) answered_.pop_front();
  return step;
}

SipAnswering::Step SipAnswering::OnTime(SipTime now) {
  if (!unconfirmed_ || now < *wake_at()) return {};
  if (now >= unconfirmed_->over_at) {
    unconfirmed_.reset();
    return {};
  }
  unconfirmed_->pause = std::min(unconfirmed_->pause * 2, kSipT2);
  unconfirmed_->resend_at = now + unconfirmed_->pause;
  return {unconfirmed_->octets, false};
}

std::optional<SipTime> SipAnswering::wake_at() const {
  if (!unconfirmed_) return std::nullopt;
  return std::min(unconfirmed_->resend_at, unconfirmed_->over_at);
}

SipMessage SipAnswering::Answer(const SipParty& party, SipDialog* dialog, const SipArrival& request) const {
  const auto plain = [&](int status, std::string_view reason) {
    return NewSipResponse(request, status, reason, party.tag);
  };
  const std::string& method = request.ids.method;
  if (dialog == nullptr || !dialog->Owns(party, request)) {
    if (!request.ids.to_tag.empty() || method == "BYE" || method == "CANCEL" || method == "UPDATE") {
      return plain(481, "Call/Transaction Does Not Exist");
    }
    if (method == "OPTIONS") return plain(200, "OK").Add("Allow", kSipAllow);
    return plain(403, "Forbidden");
  }
  if (!dialog->TakeRemoteCseq(request.ids.cseq)) return plain(500, "CSeq out of order");
  if (const std::string unknown = Unknown(request.message); !unknown.empty() && method != "CANCEL") {
    return plain(420, "Bad Extension").Add("Unsupported", unknown);
  }
  return AnswerWithin(party, request);
}

SipMessage SipAnswering::AnswerWithin(const SipParty& party, const SipArrival& request) const {
  const auto plain = [&](int status, std::string_view reason) {
    return NewSipResponse(request, status, reason, party.tag);
  };
  const std::string& method = request.ids.method;
  if (method == "BYE") return plain(200, "OK");
  if (method == "OPTIONS") return plain(200, "OK").Add("Allow", kSipAllow).Add("Accept", "application/sdp");
  if (method == "CANCEL") return plain(481, "Call/Transaction Does Not Exist");  // each INVITE is answered at once
  if (method == "INVITE" || method == "UPDATE") return Renew(party, request);
  return plain(405, "Method Not Allowed").Add("Allow", kSipAllow);
}

// An INVITE without a body asks for our offer, an UPDATE without one only renews (RFC 3311 §5.2).
SipMessage SipAnswering::Renew(const SipParty& party, const SipArrival& request) const {
  const bool offered = !request.message.body.empty();
  if (offered && !IsSameMedia(request.message.body)) {
    return NewSipResponse(request, 488, "Not Acceptable Here", party.tag);
  }
  SipMessage response = NewSipResponse(request, 200, "OK", party.tag);
  response.Add("Contact", party.Contact()).Add("Allow", kSipAllow).Add("Supported", "timer");
  AddSessionTimer(request.message, response);
  if (offered || request.ids.method == "INVITE") {
    response.Add("Content-Type", "application/sdp");
    response.body = ours_;
  }
  return response;
}

bool SipAnswering::IsSameMedia(const std::string& body) const {
  const auto audio = ReadSdp(body);
  return theirs_ && audio && *audio && (*audio)->rtp == theirs_->rtp && (*audio)->direction == theirs_->direction;
}

}  // namespace dialwatch::probes
