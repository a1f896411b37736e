#include "probes/dns/identity.h"

namespace dialwatch::probes {

DnsQuestion IdentityQuestion(const config::Resolver& resolver, const Endpoint& address, Duration timeout) {
  const bool google = resolver.operator_name == "google";  // answers with the address of the very machine that asks on
  DnsQuestion question =
      QuestionTo(resolver, address, google ? "o-o.myaddr.l.google.com" : "id.server", RecordType::kTxt, timeout);
  question.purpose = Purpose::kIdentity;
  question.record_class = google ? RecordClass::kIn : RecordClass::kChaos;
  return question;
}

bool IdentityClock::TakeDue(const std::string& resolver, bool wrong, Time now) {
  const auto [asked_at, first] = asked_at_.try_emplace(resolver, now);
  if (!first && now - asked_at->second < (wrong ? kWrongPeriod : kPeriod)) return false;
  asked_at->second = now;
  return true;
}

}  // namespace dialwatch::probes
