#include "diagnosis/dns/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/evidence.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {

using base::RecordType;
using probes::DnsRecord;

bool IsWord(const Judgement& judgement) {
  return IsAuthority(judgement) && !Fails(*judgement.sample) && judgement.sample->aa;
}

bool IsLink(const DnsRecord& record) {
  return record.type != RecordType::kRrsig;
}

std::string LinkText(const DnsRecord& link) {
  return fmt::format("{} {}", base::Printable(link.owner, 253), base::FormatRecordType(link.type));
}

std::size_t AliasesOf(const Judgement& judgement) {
  if (!IsWord(judgement)) return 0;
  const auto& answers = judgement.sample->answers;
  return static_cast<std::size_t>(std::count_if(
      answers.begin(), answers.end(), [](const DnsRecord& record) { return record.type == RecordType::kCname; }));
}

std::optional<std::string> CircleIn(const Judgement& judgement) {
  if (!IsWord(judgement)) return std::nullopt;
  std::string name = judgement.sample->host, way = base::Printable(name, 253);
  std::set<std::string> passed;
  while (passed.insert(name).second) {
    const DnsRecord* alias = probes::FindRecord(judgement.sample->answers, name, RecordType::kCname);
    if (alias == nullptr) return std::nullopt;
    name = alias->data;
    way += " → " + base::Printable(name, 253);
  }
  return way;
}

Finding FindingOn(const config::Dialer& dialer, const Judgement& judgement) {
  Finding finding;
  finding.subject.dialer = dialer.name;
  finding.subject.authority = judgement.sample->via.name;
  finding.since = judgement.sample->at;
  finding.affected = {dialer.name};
  return finding;
}

}  // namespace dialwatch::diagnosis
