#include "probes/dns/zone_transfer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/printable.h"
#include "probes/dns/message.h"

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr int kRcodeNotAuth = 9;  // RFC 2136 §2.2; RFC 5936 §2.2.1 has servers answer it for zones that they lack

// What stands at or below a cut is another zone's.
bool IsCutOff(std::string_view host, const std::set<std::string, std::less<>>& cuts) {
  while (!cuts.contains(host)) {
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return false;
    host.remove_prefix(dot + 1);
  }
  return true;
}

}  // namespace

base::Result<std::optional<ZoneContent>> ZoneTransfer::Add(std::span<const std::uint8_t> message) {
  octets_ += message.size();
  if (octets_ > kMostOctets) return Error{fmt::format("the zone is larger than {} MiB, the limit", kMostOctets >> 20)};
  if (MatchReply(query_, message) != Match::kYes) return Error{"a message does not answer our question"};
  const auto read = ReadDnsMessage(message);
  if (!read) return Error{fmt::format("a message cannot be read: {}", read.error().what)};
  if (read->rcode == kRcodeRefused || read->rcode == kRcodeNotAuth) {
    return Error{fmt::format("{}: the server must allow this host to transfer the zone", FormatRcode(read->rcode))};
  }
  if (read->rcode != kRcodeNoError) return Error{fmt::format("the server says {}", FormatRcode(read->rcode))};
  if (read->answers.empty()) return Error{"a message holds no records"};
  for (const DnsRecord& record : read->answers) {
    if (const auto taken = Take(record); !taken) return taken.error();
  }
  return ended_ ? Whole() : std::optional<ZoneContent>();
}

base::Status ZoneTransfer::Take(const DnsRecord& record) {
  if (ended_) return Error{"records follow the SOA record at the end"};
  if (!base::IsWithinZone(record.owner, zone_)) {
    return Error{fmt::format("{} is not within the zone", base::Printable(record.owner, 300))};
  }
  if (record.type == RecordType::kSoa) {
    if (record.owner != zone_) return Error{"there is a SOA record of another zone"};
    if (soa_ && soa_->data != record.data)
      return Error{"the zone changed while it was sent; it will be asked for again"};
    ended_ = soa_.has_value();
    soa_ = record;
  } else if (!soa_) {
    return Error{"it does not begin with the SOA record"};
  } else if (record.type == RecordType::kNs && record.owner != zone_) {
    cuts_.insert(record.owner);
  } else if (record.type == RecordType::kA || record.type == RecordType::kAaaa || record.type == RecordType::kCname) {
    if (base::NormalizeHostName(record.owner)) hosts_.insert(record.owner);
  }
  if (hosts_.size() > kMostHosts || cuts_.size() > kMostHosts) {
    return Error{fmt::format("the zone has more than {} hosts or delegations, the limit", kMostHosts)};
  }
  return {};
}

base::Result<std::optional<ZoneContent>> ZoneTransfer::Whole() const {
  const auto soa = ReadSoa(*soa_);
  if (!soa) return Error{"its SOA record cannot be read"};
  ZoneContent content{soa->serial, std::chrono::seconds(soa->refresh), {}};
  std::copy_if(hosts_.begin(), hosts_.end(), std::back_inserter(content.hosts),
               [&](const std::string& host) { return !IsCutOff(host, cuts_); });
  return std::optional(std::move(content));
}

}  // namespace dialwatch::probes
