#include "daemon/reports/probe_cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/evidence.h"
#include "probes/dns/extended_error.h"
#include "probes/dns/site.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Judgement;
using probes::DnsRecord;
using probes::DnsSample;
using probes::RecordType;

constexpr std::size_t kMostShown = 80;  // of a text from a stranger

bool IsDenial(const DnsSample& sample) {
  return sample.outcome == probes::DnsOutcome::kAnswered && !diagnosis::Fails(sample) && !diagnosis::HasAnswer(sample);
}

std::vector<const DnsRecord*> LinksOf(const DnsSample& sample) {
  std::vector<const DnsRecord*> links;
  for (const DnsRecord& record : sample.answers) {
    if (record.type == RecordType::kCname) links.push_back(&record);
  }
  return links;
}

bool SameLinks(const DnsSample& a, const DnsSample& b) {
  const auto first = LinksOf(a), second = LinksOf(b);
  return std::equal(first.begin(), first.end(), second.begin(), second.end(),
                    [](const DnsRecord* one, const DnsRecord* other) { return one->data == other->data; });
}

std::string SpreadText(const diagnosis::Spread& spread) {
  const std::string copies = spread.copies > 1 ? fmt::format(", in at least {} copies", spread.copies) : "";
  return fmt::format("{} of {} wrong{}", spread.wrong, spread.answers, copies);
}

}  // namespace

std::optional<std::chrono::seconds> TtlGiven(const diagnosis::Snapshot& snapshot, const DnsSample& sample) {
  std::optional<std::chrono::seconds> given;
  for (const Judgement& judgement : snapshot.judgements) {
    const DnsSample& each = *judgement.sample;
    if (!diagnosis::IsAuthority(judgement) || each.host != sample.host || each.type != sample.type) continue;
    if (const auto ttl = probes::AnswerTtl(each)) given = std::max(given.value_or(*ttl), *ttl);
  }
  return given;
}

std::string TtlText(const DnsSample& sample, std::optional<std::chrono::seconds> given) {
  if (IsDenial(sample)) {
    return diagnosis::SoaOf(sample) == nullptr ? "" : fmt::format("{} s", diagnosis::CopyTtl(sample).count());
  }
  const auto left = probes::AnswerTtl(sample);
  if (!left) return "";
  if (!given || sample.via.kind == probes::Via::Kind::kAuthority) return fmt::format("{} s", left->count());
  return fmt::format("{}/{} s", left->count(), given->count());
}

std::string RttText(const DnsSample& sample) {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return "";
  return fmt::format("{:.1f} ms", static_cast<double>(sample.rtt.count()) / 1000);
}

std::string SiteText(const diagnosis::Snapshot& snapshot, const DnsSample& sample) {
  if (!sample.nsid.empty()) return base::Printable(probes::SiteOf(sample.nsid), kMostShown);
  const auto* identity = snapshot.picture.identities().Of(sample.via.name, sample.via.server);
  if (identity == nullptr || identity->server.empty()) return "";
  return base::Printable(probes::SiteOf(identity->server), kMostShown);
}

std::string AnswerCell(const DnsSample& sample) {
  const auto answers = probes::AnswerSet(sample);
  if (answers.empty()) return diagnosis::AnswerText(sample);
  return base::Printable(fmt::format("{}", fmt::join(answers, " ")), 1000);
}

std::vector<std::string> AliasesOf(const DnsSample& sample) {
  std::vector<std::string> aliases;
  for (const DnsRecord* link : LinksOf(sample)) {
    aliases.push_back(fmt::format("{} ({} s)", base::Printable(link->data), link->ttl));
  }
  return aliases;
}

std::string NoteText(const Judgement& judgement, const DnsSample* usual) {
  const DnsSample& sample = *judgement.sample;
  std::vector<std::string> notes;
  if (!judgement.newest) notes.emplace_back("a copy seen before, and still there");
  if (judgement.spread) notes.push_back(SpreadText(*judgement.spread));
  if (judgement.eta) {
    notes.push_back("until " + base::FormatRfc3339Seconds(*judgement.eta));
  }
  for (const probes::ExtendedError& error : sample.extended_errors) notes.push_back(ExtendedErrorText(error));
  if (IsDenial(sample)) {
    const DnsRecord* soa = diagnosis::SoaOf(sample);
    notes.push_back(soa == nullptr ? "no SOA" : "SOA of " + base::Printable(soa->owner, kMostShown));
  }
  if (usual == nullptr || diagnosis::IsAuthority(judgement) || !SameLinks(sample, *usual)) {
    for (const std::string& alias : AliasesOf(sample)) notes.push_back("alias of " + alias);
  }
  if (sample.ad) notes.emplace_back("validated");
  if (sample.sends > 1) notes.push_back(fmt::format("sent {} times", sample.sends));
  if (sample.forged > 0) notes.push_back(fmt::format("{} forged", sample.forged));
  if (!sample.error.empty()) notes.push_back(base::Printable(sample.error, kMostShown));
  return fmt::format("{}", fmt::join(notes, ", "));
}

}  // namespace dialwatch::daemon
