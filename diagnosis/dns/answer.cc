#include "diagnosis/dns/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/names.h"
#include "base/printable.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {

using probes::DnsOutcome;
using probes::DnsRecord;

bool Fails(const DnsSample& sample) {
  if (sample.outcome != DnsOutcome::kAnswered) return true;
  return sample.rcode != probes::kRcodeNoError && sample.rcode != probes::kRcodeNxDomain;
}

bool IsSilent(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kTimeout || sample.outcome == DnsOutcome::kUnreachable;
}

bool HasAnswer(const DnsSample& sample) {
  if (sample.outcome != DnsOutcome::kAnswered || sample.rcode != probes::kRcodeNoError) return false;
  return std::any_of(sample.answers.begin(), sample.answers.end(),
                     [&](const DnsRecord& record) { return record.type == sample.type; });
}

bool IsAuthoritative(const DnsSample& sample) {
  if (Fails(sample) || !sample.aa) return false;
  return sample.rcode == probes::kRcodeNxDomain || sample.answers.empty() || HasAnswer(sample);
}

std::vector<std::string> AnswersOf(const DnsSample& sample) {
  auto answers = probes::AnswerSet(sample);
  if (answers.size() > kMostAnswers) answers.resize(kMostAnswers);
  return answers;
}

const DnsRecord* SoaOf(const DnsSample& sample) {
  const auto soa = std::find_if(sample.authority.begin(), sample.authority.end(),
                                [](const DnsRecord& record) { return record.type == base::RecordType::kSoa; });
  return soa == sample.authority.end() ? nullptr : &*soa;
}

std::chrono::seconds CopyTtl(const DnsSample& sample) {
  if (HasAnswer(sample)) return *probes::AnswerTtl(sample);
  const auto* soa = SoaOf(sample);
  return soa == nullptr ? std::chrono::seconds(0) : probes::NegativeTtl(*soa);
}

std::string AnswerText(const DnsSample& sample) {
  if (sample.outcome != DnsOutcome::kAnswered) return std::string(base::NameOf(sample.outcome));
  if (sample.rcode != probes::kRcodeNoError) return probes::FormatRcode(sample.rcode);
  return AnswerText(AnswersOf(sample));
}

std::string AnswerText(const std::vector<std::string>& answers) {
  return answers.empty() ? "NODATA" : base::Printable(fmt::format("{}", fmt::join(answers, ", ")), 200);
}

}  // namespace dialwatch::diagnosis
