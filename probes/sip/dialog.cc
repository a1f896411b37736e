#include "probes/sip/dialog.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/lower.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxRoutes = 20;

std::string_view TransportName(config::Transport transport) {
  if (transport == config::Transport::kTls) return "TLS";
  return transport == config::Transport::kTcp ? "TCP" : "UDP";
}

std::optional<std::string> ContactOf(const SipMessage& message) {
  const auto contacts = message.FindAll("Contact");
  const auto contact = contacts.empty() ? std::nullopt : ReadSipNameAddress(contacts.front());
  return contact ? std::optional(contact->uri) : std::nullopt;
}

std::uint32_t CseqOf(const SipMessage& request) {
  const std::string_view value = request.Find("CSeq").value_or("");
  return SipNumber(value.substr(0, value.find(' '))).value_or(0);
}

// The parameters of a URI stand behind its host (RFC 3261 §19.1.1): a user may hold ";" as well.
bool IsLooseRouter(std::string_view uri) {
  const auto pieces = SplitSip(uri.substr(uri.rfind('@') + 1), ';');
  return pieces && FindSipParameter(ReadSipParameters(*pieces, 1), "lr");
}

}  // namespace

SipParty SipParty::New(std::string target, std::string from, const base::Endpoint& local, config::Transport transport) {
  return {std::move(target), std::move(from), local, transport, NewSipToken(), NewSipToken()};
}

std::string SipParty::NewVia() const {
  return fmt::format("SIP/2.0/{} {};branch=z9hG4bK{};rport", TransportName(transport), local.ToString(), NewSipToken());
}

std::string SipParty::Contact() const {
  const std::string parameter =
      reliable() ? fmt::format(";transport={}", base::Lower(TransportName(transport))) : std::string();
  return fmt::format("<sip:dialwatch@{}{}>", local.ToString(), parameter);
}

SipMessage SipParty::NewRequest(std::string_view method, std::uint32_t cseq) const {
  SipMessage request{.method = std::string(method), .uri = target};
  request.Add("Via", NewVia())
      .Add("Max-Forwards", "70")
      .Add("From", fmt::format("<{}>;tag={}", from, tag))
      .Add("To", fmt::format("<{}>", target))
      .Add("Call-ID", call_id)
      .Add("CSeq", fmt::format("{} {}", cseq, method))
      .Add("User-Agent", "dialwatch");
  return request;
}

SipMessage NewSipResponse(const SipArrival& request, int status, std::string_view reason, std::string_view tag) {
  SipMessage response{.status = status, .reason = std::string(reason)};
  for (const SipHeader& header : request.message.headers) {
    const auto is = [&](std::string_view name) { return SipEqual(header.name, name); };
    if (is("To") && request.ids.to_tag.empty() && status > 100) {
      response.Add(header.name, fmt::format("{};tag={}", header.value, tag));
    } else if (is("Via") || is("From") || is("To") || is("Call-ID") || is("CSeq") || is("Record-Route")) {
      response.headers.push_back(header);
    }
  }
  response.Add("User-Agent", "dialwatch");
  return response;
}

SipDialog SipDialog::FromAnswer(const SipParty& party, const SipMessage& invite, const SipArrival& answer) {
  SipDialog dialog;
  dialog.remote_tag_ = answer.ids.to_tag;
  dialog.to_ = answer.message.Find("To").value_or("");
  dialog.contact_ = ContactOf(answer.message).value_or(party.target);
  auto routes = answer.message.FindAll("Record-Route");
  if (routes.size() > kMaxRoutes) routes.clear();         // nobody is that far away
  dialog.routes_.assign(routes.rbegin(), routes.rend());  // §12.1.2: in reverse order
  dialog.cseq_ = CseqOf(invite);
  return dialog;
}

bool SipDialog::Owns(const SipParty& party, const SipArrival& arrival) const {
  const SipIds& ids = arrival.ids;
  const bool response = arrival.message.is_response();
  return ids.call_id == party.call_id && (response ? ids.to_tag : ids.from_tag) == remote_tag_ &&
         (response ? ids.from_tag : ids.to_tag) == party.tag;
}

SipMessage SipDialog::NewRequest(const SipParty& party, std::string_view method) {
  return Frame(party, method, ++cseq_);
}

SipMessage SipDialog::NewAck(const SipParty& party, const SipMessage& invite) const {
  SipMessage ack = Frame(party, "ACK", CseqOf(invite));
  std::copy_if(
      invite.headers.begin(), invite.headers.end(), std::back_inserter(ack.headers),
      [](const SipHeader& each) { return each.name == "Authorization" || each.name == "Proxy-Authorization"; });
  return ack;
}

// §12.2.1.1. A first route without lr is a strict router of RFC 2543, which wants to be the request URI itself.
SipMessage SipDialog::Frame(const SipParty& party, std::string_view method, std::uint32_t cseq) const {
  SipMessage request = party.NewRequest(method, cseq);
  request.uri = contact_;
  for (SipHeader& header : request.headers) {
    if (header.name == "To") header.value = to_;
  }
  std::vector<std::string> routes = routes_;
  const auto first = routes.empty() ? std::nullopt : ReadSipNameAddress(routes.front());
  if (first && !IsLooseRouter(first->uri)) {
    request.uri = first->uri;
    routes.erase(routes.begin());
    routes.push_back(fmt::format("<{}>", contact_));
  }
  for (const std::string& route : routes) request.Add("Route", route);
  return request;
}

bool SipDialog::TakeRemoteCseq(std::uint32_t cseq) {
  if (remote_cseq_ && cseq < *remote_cseq_) return false;
  remote_cseq_ = cseq;
  return true;
}

void SipDialog::TakeContact(const SipMessage& message) {
  if (auto contact = ContactOf(message)) contact_ = *std::move(contact);
}

}  // namespace dialwatch::probes
