#include "probes/dns/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dialwatch::probes {
namespace {

// IANA "DNS RCODEs", by number; the gaps are unassigned or belong to TSIG and TKEY.
constexpr std::array<const char*, 24> kRcodes{"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
                                              "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE", "DSOTYPENI",
                                              nullptr,    nullptr,   nullptr,    nullptr,    "BADVERS", nullptr,
                                              nullptr,    nullptr,   nullptr,    nullptr,    nullptr,   "BADCOOKIE"};

}  // namespace

std::string Via::ToString() const {
  return fmt::format("{} ({})", kind == Kind::kAuthority ? "authority" : name, server.ToString(config::kDnsPort));
}

std::string FormatRcode(int rcode) {
  const auto index = static_cast<std::size_t>(rcode);
  if (index < kRcodes.size() && kRcodes[index] != nullptr) return kRcodes[index];
  return fmt::format("RCODE{}", rcode);
}

std::vector<std::string> AnswerSet(const DnsSample& sample) {
  std::vector<std::string> set;
  if (sample.outcome != DnsOutcome::kAnswered || sample.rcode != kRcodeNoError) return set;
  for (const DnsRecord& record : sample.answers) {
    if (record.type == sample.type) set.push_back(record.data);
  }
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

std::optional<std::chrono::seconds> AnswerTtl(const DnsSample& sample) {
  const auto lowest = std::min_element(sample.answers.begin(), sample.answers.end(),
                                       [](const DnsRecord& a, const DnsRecord& b) { return a.ttl < b.ttl; });
  if (lowest == sample.answers.end()) return std::nullopt;
  return std::chrono::seconds(lowest->ttl);
}

}  // namespace dialwatch::probes
