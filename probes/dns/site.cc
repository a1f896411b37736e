#include "probes/dns/site.h"

#include <algorithm>

#include "base/printable.h"

namespace dialwatch::probes {
namespace {

constexpr std::string_view kGoogle = "gpdns-";
constexpr std::size_t kMostShown = 60;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// An airport's three letters in small ones, whatever number follows; empty where it is none.
std::string Airport(std::string_view word) {
  if (word.size() < 3 || !std::all_of(word.begin(), word.begin() + 3, IsLetter) ||
      !std::all_of(word.begin() + 3, word.end(), IsDigit)) {
    return "";
  }
  std::string code(word.substr(0, 3));
  for (char& c : code) c = static_cast<char>(c | 0x20);
  return code;
}

// "fra" of "res100.fra.rrdns.pch.net": the word after the machine's own, which ends with a number.
std::string_view SecondWord(std::string_view server) {
  const auto dot = server.find('.');
  if (dot == std::string_view::npos || dot == 0 || !IsDigit(server[dot - 1])) return "";
  const auto rest = server.substr(dot + 1);
  return rest.substr(0, rest.find('.'));
}

}  // namespace

std::string SiteOf(std::string_view server) {
  std::string site;
  if (server.starts_with(kGoogle)) site = Airport(server.substr(kGoogle.size()));
  if (site.empty()) site = Airport(SecondWord(server));
  if (site.empty() && server.size() == 3) site = Airport(server);
  return site.empty() ? base::Printable(server, kMostShown) : site;
}

std::string IdentityText(const DnsSample& sample) {
  if (sample.outcome != DnsOutcome::kAnswered || sample.rcode != kRcodeNoError) return "";
  const auto txt = std::find_if(sample.answers.begin(), sample.answers.end(),
                                [](const DnsRecord& record) { return record.type == RecordType::kTxt; });
  if (txt == sample.answers.end() || txt->data.size() < 2) return "";
  const std::string_view data = txt->data;  // "…", perhaps followed by more strings
  return std::string(data.substr(1, data.find('"', 1) - 1));
}

}  // namespace dialwatch::probes
