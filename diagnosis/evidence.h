#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "diagnosis/rules.h"
#include "diagnosis/whom.h"

// What the rules have in common: the samples of one dialer, and how they are shown.
namespace dialwatch::diagnosis {

// A dialer with all that is known of its names. Valid as long as the situation.
struct DialerCase {
  const config::Dialer& dialer;
  std::span<const Judgement> judgements;
};
std::vector<DialerCase> CasesOf(const Situation& situation);

bool IsAuthority(const Judgement& judgement);

// About one of the resolver's addresses.
bool IsOf(const Judgement& judgement, const std::string& resolver);

// The series that a judgement is about.
const DnsSeries* FindSeries(const Picture& picture, const Judgement& judgement);

EvidenceRow RowOf(const Judgement& judgement);

// Who gives the address: "authority, google and quad9".
std::string GiversText(std::vector<std::string> resolvers, bool by_authority);
std::string GiversText(const probes::MediaSubject& subject);
std::string GiversText(const probes::CallSubject& subject);

// "rtp.port 203.0.113.66:10000 (google)" with what that says of the host.
EvidenceRow RowOf(const PortSample& sample);

// A row for each of these addresses that the dialer's RTP port was tried at.
std::vector<EvidenceRow> PortEvidence(const Picture& picture, const std::string& dialer,
                                      const std::vector<std::string>& addresses);

// A row for every vantage point of the types that `wrong` picks from; those it picks first, then others that are not
// right, then the rest.
std::vector<EvidenceRow> EvidenceFor(const DialerCase& dialer, const std::function<bool(const Judgement&)>& wrong);

// What the authority says of a name now: "198.51.100.11", "198.51.100.11 or NXDOMAIN"; empty where it says nothing.
std::string ReferenceText(const Reference& reference);

// "; its copy lives 23h 58m more", or nothing where that is not known or over. `copies`: how many there are at least.
std::string LifeLeft(std::optional<TimePoint> eta, TimePoint now, int copies = 1);

// As evidence and JSON show times.
double Milliseconds(std::chrono::microseconds time);

// All configured dialers, in natural order.
std::vector<std::string> AllDialers(const Settings& settings);

// Whether one of the findings is about this subject: another address or type of it has been told already.
bool IsTold(const std::vector<Finding>& findings, const Subject& subject);

}  // namespace dialwatch::diagnosis
