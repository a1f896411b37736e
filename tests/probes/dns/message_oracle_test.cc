#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>

#include "probes/dns/message.h"
#include "tests/probes/dns/octets.h"

// Last, because it makes macros of these words.
#include <ldns/ldns.h>
#undef bool
#undef true
#undef false

// Our reader and ldns, given the same octets: where both accept them, they must say the same.
namespace dialwatch::probes {
namespace {

using Random = std::mt19937;

std::size_t Pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

// ---- messages at random, with all kinds of records and compression

Octets RandomOctets(Random& random, std::size_t size) {
  Octets octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
  return octets;
}

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  Octets Make() {
    const unsigned questions = Pick(random_, 10) > 0 ? 1 : 0;
    const std::size_t answers = Pick(random_, 5), authority = Pick(random_, 3), additional = Pick(random_, 3);
    const bool opt = Pick(random_, 2) == 0;
    Add(Word(static_cast<unsigned>(random_() & 0xFFFF)));
    Add(Word(static_cast<unsigned>(random_() & 0xFFBF)));  // Z clear: ldns does not keep it
    Add(Word(questions) + Word(static_cast<unsigned>(answers)) + Word(static_cast<unsigned>(authority)));
    Add(Word(static_cast<unsigned>(additional + (opt ? 1 : 0))));
    if (questions > 0) {
      AddName();
      Add(Word(1) + Word(1));
    }
    for (std::size_t i = 0; i < answers + authority + additional; ++i) AddRecord();
    if (opt)
      Add(Opt(Option(3, "nsid") + Option(15, std::string("\0\x03old", 5)) + Option(15, std::string("\0\x16", 2)),
              static_cast<unsigned>(Pick(random_, 2))));
    return message_;
  }

 private:
  void Add(const Octets& octets) { message_ = std::move(message_) + octets; }

  void AddName() {
    std::vector<std::size_t> suffixes;  // to be pointed to once the name is whole
    for (std::size_t labels = Pick(random_, 4); labels > 0; --labels) {
      if (!names_.empty() && Pick(random_, 2) == 0) {
        Add(Word(0xC000U | static_cast<unsigned>(names_[Pick(random_, names_.size())])));
        names_.insert(names_.end(), suffixes.begin(), suffixes.end());
        return;
      }
      suffixes.push_back(message_.size());
      static constexpr std::string_view kLabels[] = {"a", "D1", "example", "com", "_sip", "x.y z", "\xff\x01*"};
      const std::string_view label = kLabels[Pick(random_, std::size(kLabels))];
      Add({static_cast<std::uint8_t>(label.size())});
      Add(Octets(label.begin(), label.end()));
    }
    Add({0});
    names_.insert(names_.end(), suffixes.begin(), suffixes.end());
  }

  void AddRecord() {
    static constexpr unsigned kTypes[] = {1, 2, 5, 6, 12, 15, 16, 28, 33, 43, 46, 48, 65281};
    const unsigned type = kTypes[Pick(random_, std::size(kTypes))];
    AddName();
    Add(Word(type) + Word(Pick(random_, 20) == 0 ? 3 : 1) + RandomOctets(random_, 4));
    const std::size_t length_at = message_.size();
    Add(Word(0));
    AddData(type);
    const std::size_t length = message_.size() - length_at - 2;
    message_[length_at] = static_cast<std::uint8_t>(length >> 8);
    message_[length_at + 1] = static_cast<std::uint8_t>(length & 0xFF);
  }

  void AddData(unsigned type) {
    switch (type) {
      case 1:
        return Add(RandomOctets(random_, 4));
      case 2:
      case 5:
      case 12:
        return AddName();
      case 6:
        AddName();
        AddName();
        return Add(RandomOctets(random_, 20));
      case 15:
        Add(RandomOctets(random_, 2));
        return AddName();
      case 16:
        for (std::size_t texts = 1 + Pick(random_, 3); texts > 0; --texts) {
          const Octets text = RandomOctets(random_, Pick(random_, 20));
          Add({static_cast<std::uint8_t>(text.size())});
          Add(text);
        }
        return;
      case 28:
        return Add(RandomOctets(random_, 16));
      case 33:
        Add(RandomOctets(random_, 6));
        return AddName();
      case 46:
        Add(Word(Pick(random_, 2) == 0 ? 1 : 65281) + RandomOctets(random_, 16));
        AddName();
        return Add(RandomOctets(random_, 1 + Pick(random_, 40)));
      default:
        return Add(RandomOctets(random_, 5 + Pick(random_, 40)));
    }
  }

  Random& random_;
  Octets message_;
  std::vector<std::size_t> names_;
};

Octets Mutate(Octets octets, Random& random) {
  for (std::size_t i = 1 + Pick(random, 3); i > 0 && !octets.empty(); --i) {
    const std::size_t at = Pick(random, octets.size());
    switch (Pick(random, 4)) {
      case 0:
        octets[at] = static_cast<std::uint8_t>(random());
        break;
      case 1:
        octets[at] = static_cast<std::uint8_t>(octets[at] ^ (1U << Pick(random, 8)));
        break;
      case 2:
        octets.resize(at);
        break;
      default:
        octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random()));
    }
  }
  return octets;
}

// ---- ldns' reading in our words, by code that shares nothing with ours

struct Free {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, Free>;

Packet Ldns(const Octets& octets) {
  ldns_pkt* packet = nullptr;
  if (ldns_wire2pkt(&packet, octets.data(), octets.size()) != LDNS_STATUS_OK) return nullptr;
  return Packet(packet);
}

std::string OwnName(const ldns_rdf* rdf, bool data) {
  const std::uint8_t* wire = ldns_rdf_data(rdf);
  std::string name;
  for (std::size_t at = 0; wire[at] != 0; at += wire[at] + 1U) {
    if (at > 0) name += '.';
    for (std::size_t i = 1; i <= wire[at]; ++i) {
      const char c = static_cast<char>(wire[at + i]);
      const bool host =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
      if (host) {
        name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      } else {
        name += fmt::format("\\{:03}", wire[at + i]);
      }
    }
  }
  return name.empty() && data ? "." : name;
}

std::string Field(const ldns_rdf* rdf) {
  const std::uint8_t* data = ldns_rdf_data(rdf);
  char address[INET6_ADDRSTRLEN];
  switch (ldns_rdf_get_type(rdf)) {
    case LDNS_RDF_TYPE_DNAME:
      return OwnName(rdf, true);
    case LDNS_RDF_TYPE_A:
      return inet_ntop(AF_INET, data, address, sizeof address);
    case LDNS_RDF_TYPE_AAAA:
      return inet_ntop(AF_INET6, data, address, sizeof address);
    case LDNS_RDF_TYPE_INT16:
      return fmt::format("{}", ldns_rdf2native_int16(rdf));
    case LDNS_RDF_TYPE_INT32:
    case LDNS_RDF_TYPE_PERIOD:
      return fmt::format("{}", ldns_rdf2native_int32(rdf));
    case LDNS_RDF_TYPE_STR: {
      std::string text;
      for (std::size_t i = 1; i <= data[0]; ++i) {
        if (data[i] == '"' || data[i] == '\\') text += '\\';
        text += data[i] >= 32 && data[i] < 127 ? std::string(1, static_cast<char>(data[i]))
                                               : fmt::format("\\{:03}", data[i]);
      }
      return "\"" + text + "\"";
    }
    case LDNS_RDF_TYPE_TYPE:  // ldns has more names for them
      return base::FormatRecordType(static_cast<base::RecordType>(ldns_rdf2native_int16(rdf)));
    case LDNS_RDF_TYPE_TIME: {
      const std::time_t time = ldns_rdf2native_int32(rdf);  // ldns itself would count it from today
      char text[16];
      std::tm calendar;
      std::strftime(text, sizeof text, "%Y%m%d%H%M%S", gmtime_r(&time, &calendar));
      return text;
    }
    default: {
      const std::unique_ptr<char, decltype(&std::free)> text(ldns_rdf2str(rdf), &std::free);
      return text ? text.get() : "?";
    }
  }
}

bool IsKnown(const ldns_rr* record) {
  switch (ldns_rr_get_type(record)) {
    case LDNS_RR_TYPE_A:
    case LDNS_RR_TYPE_AAAA:
      return ldns_rr_get_class(record) == LDNS_RR_CLASS_IN;
    case LDNS_RR_TYPE_NS:
    case LDNS_RR_TYPE_CNAME:
    case LDNS_RR_TYPE_PTR:
    case LDNS_RR_TYPE_MX:
    case LDNS_RR_TYPE_TXT:
    case LDNS_RR_TYPE_SRV:
    case LDNS_RR_TYPE_SOA:
    case LDNS_RR_TYPE_DS:
    case LDNS_RR_TYPE_RRSIG:
    case LDNS_RR_TYPE_DNSKEY:
      return true;
    default:
      return false;
  }
}

// Empty where ldns takes apart data that we leave as it is.
std::string Data(const ldns_rr* record) {
  const bool plain = ldns_rr_get_type(record) > 1024;
  if (!IsKnown(record) && !plain) return {};
  std::string text, hex;
  std::size_t size = 0;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* rdf = ldns_rr_rdf(record, i);
    text += (i > 0 ? " " : "") + Field(rdf);
    size += ldns_rdf_size(rdf);
    for (std::size_t j = 0; j < ldns_rdf_size(rdf); ++j) hex += fmt::format("{:02x}", ldns_rdf_data(rdf)[j]);
  }
  if (IsKnown(record)) return text;
  return size == 0 ? "\\# 0" : fmt::format("\\# {} {}", size, hex);
}

void CompareSection(const std::vector<DnsRecord>& ours, const ldns_rr_list* theirs) {
  REQUIRE(ours.size() == ldns_rr_list_rr_count(theirs));
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(theirs, i);
    CHECK(ours[i].owner == OwnName(ldns_rr_owner(record), false));
    CHECK(static_cast<unsigned>(ours[i].type) == static_cast<unsigned>(ldns_rr_get_type(record)));
    const std::uint32_t ttl = ldns_rr_ttl(record);
    CHECK(ours[i].ttl == (ttl >> 31 != 0 ? 0 : ttl));
    if (const std::string data = Data(record); !data.empty()) CHECK(ours[i].data == data);
  }
}

void CompareEdns(const DnsMessage& ours, const ldns_pkt* theirs) {
  REQUIRE(ours.edns.has_value() == ldns_pkt_edns(theirs));
  if (!ours.edns) return;
  CHECK(ours.edns->udp_size == ldns_pkt_edns_udp_size(theirs));
  CHECK(ours.edns->version == ldns_pkt_edns_version(theirs));
  CHECK(ours.edns->dnssec_ok == ldns_pkt_edns_do(theirs));
  Octets options;
  for (const EdnsOption& option : ours.edns->options) options = options + Option(option.code, option.octets);
  const ldns_rdf* data = ldns_pkt_edns_data(theirs);
  const Octets expected =
      data == nullptr ? Octets{} : Octets(ldns_rdf_data(data), ldns_rdf_data(data) + ldns_rdf_size(data));
  CHECK(options == expected);
}

void Compare(const DnsMessage& ours, const ldns_pkt* theirs) {
  CHECK(ours.id == ldns_pkt_id(theirs));
  CHECK(ours.qr == ldns_pkt_qr(theirs));
  CHECK(ours.aa == ldns_pkt_aa(theirs));
  CHECK(ours.tc == ldns_pkt_tc(theirs));
  CHECK(ours.rd == ldns_pkt_rd(theirs));
  CHECK(ours.ra == ldns_pkt_ra(theirs));
  CHECK(ours.ad == ldns_pkt_ad(theirs));
  CHECK(ours.cd == ldns_pkt_cd(theirs));
  CHECK(ours.opcode == static_cast<int>(ldns_pkt_get_opcode(theirs)));
  const int extended = ours.edns ? ldns_pkt_edns_extended_rcode(theirs) << 4 : 0;
  CHECK(ours.rcode == (extended | static_cast<int>(ldns_pkt_get_rcode(theirs))));
  REQUIRE(ours.questions.size() == ldns_rr_list_rr_count(ldns_pkt_question(theirs)));
  for (std::size_t i = 0; i < ours.questions.size(); ++i) {
    const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(theirs), i);
    CHECK(ours.questions[i].name == OwnName(ldns_rr_owner(question), false));
    CHECK(static_cast<unsigned>(ours.questions[i].type) == static_cast<unsigned>(ldns_rr_get_type(question)));
    CHECK(ours.questions[i].question_class == static_cast<unsigned>(ldns_rr_get_class(question)));
  }
  CompareSection(ours.answers, ldns_pkt_answer(theirs));
  CompareSection(ours.authority, ldns_pkt_authority(theirs));
  CompareSection(ours.additional, ldns_pkt_additional(theirs));
  CompareEdns(ours, theirs);
}

// Data that ldns takes apart where we leave it as it is. It may refuse it, or lose its way in the message, since it
// does not hold the fields against the length of the data.
bool HasOtherTypes(const DnsMessage& message) {
  const auto other = [](const DnsRecord& record) {
    return record.data.starts_with("\\#") && static_cast<unsigned>(record.type) < 1024;
  };
  const auto any = [&](const std::vector<DnsRecord>& records) {
    return std::any_of(records.begin(), records.end(), other);
  };
  return any(message.answers) || any(message.authority) || any(message.additional);
}

std::string Hex(const Octets& octets) {
  std::string hex;
  for (const unsigned octet : octets) hex += fmt::format("{:02x}", octet);
  return hex;
}

}  // namespace

TEST_SUITE("probes/dns/message_oracle") {
  TEST_CASE("well-formed messages of all kinds read as ldns reads them") {
    Random random(20200831);
    for (int i = 0; i < 3000; ++i) {
      const Octets octets = Generator(random).Make();
      const std::string hex = Hex(octets);
      CAPTURE(hex);
      const auto ours = ReadDnsMessage(octets);
      REQUIRE_MESSAGE(ours, ours.error().what);
      const Packet theirs = Ldns(octets);
      REQUIRE(theirs);
      Compare(*ours, theirs.get());
    }
  }

  TEST_CASE("damaged messages that both accept read alike") {
    Random random(86400);
    int both = 0, only_theirs = 0;
    for (int i = 0; i < 30000; ++i) {
      const Octets octets = Mutate(Generator(random).Make(), random);
      const std::string hex = Hex(octets);
      CAPTURE(hex);
      const auto ours = ReadDnsMessage(octets);
      const Packet theirs = Ldns(octets);
      if (ours && HasOtherTypes(*ours)) continue;
      if (ours) REQUIRE(theirs);
      if (ours) Compare(*ours, theirs.get());
      both += ours ? 1 : 0;
      only_theirs += !ours && theirs ? 1 : 0;
    }
    CHECK(both > 5000);
    CHECK(only_theirs < both / 5);  // ldns lets pass what we are strict about, such as pointers that lead forward
  }
}

}  // namespace dialwatch::probes
