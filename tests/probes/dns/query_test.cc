#include "probes/dns/query.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

using base::RecordType;

Octets Wire(const DnsQuery& query) {
  return Octets(query.wire().begin(), query.wire().end());
}

std::string ErrorOf(std::string_view host) {
  const auto query = MakeQuery(host, RecordType::kA, {});
  return query ? "" : query.error().what;
}

}  // namespace

TEST_SUITE("probes/dns/query") {
  TEST_CASE("a query asks for the NSID and takes 1232 octets") {
    const auto query = MakeQuery("d1.example.com", RecordType::kAaaa, {});
    REQUIRE(query);
    CHECK(Wire(*query) == FromHex(R"(
        0000 0100 0001 0000 0000 0001                    ; RD, one question, one additional record
        02 64 31 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00  ; d1.example.com
        001c 0001                                        ; AAAA IN
        00 0029 04d0 0000 0000 0004 0003 0000            ; OPT with an empty NSID option)"));
  }

  TEST_CASE("without recursion and EDNS it is the bare question") {
    const auto query = MakeQuery("a", RecordType::kA, {.recursion_desired = false, .edns = false});
    REQUIRE(query);
    CHECK(Wire(*query) == FromHex("0000 0000 0001 0000 0000 0000  01 61 00  0001 0001"));
  }

  TEST_CASE("the root and the longest name can be asked for, what is longer not") {
    CHECK(MakeQuery("", RecordType::kNs, {})->size == 12 + 1 + 4 + 15);
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
    CHECK(MakeQuery(longest, RecordType::kA, {})->size == 286);
    CHECK(MakeQuery(longest, RecordType::kA, {.padded = true})->size == DnsQuery::kMaxSize);
    CHECK(ErrorOf(longest + "a").ends_with("cannot be asked for: it is longer than 253 characters"));
    CHECK(ErrorOf(label + "a.com").ends_with("cannot be asked for: a label is longer than 63 characters"));
    CHECK(ErrorOf("a..b") == "\"a..b\" cannot be asked for: a label is empty");
    CHECK(ErrorOf(".b") == "\".b\" cannot be asked for: a label is empty");
  }

  TEST_CASE("a reply is known by its ID and question, whatever the case of letters") {
    auto query = *MakeQuery("d1.example.com", RecordType::kA, {});
    query.octets[0] = 0x12;
    query.octets[1] = 0x34;
    const Octets asked = Wire(query);
    const Octets reply = ReplyTo(asked, {.answers = {ARecord(300, "192.0.2.1")}});
    CHECK(MatchReply(query, reply) == Match::kYes);
    Octets upper = reply;
    upper[13] = 'D';
    CHECK(MatchReply(query, upper) == Match::kYes);
    CHECK(MatchReply(query, ReplyTo(asked, {.rcode = 5, .question = false})) == Match::kYes);
  }

  TEST_CASE("what differs in the ID or the question is forged") {
    auto query = *MakeQuery("d1.example.com", RecordType::kA, {});
    const Octets reply = ReplyTo(Wire(query), {});
    const auto changed = [&](std::size_t at, std::uint8_t value) {
      Octets octets = reply;
      octets[at] = value;
      return MatchReply(query, octets);
    };
    CHECK(changed(0, 1) == Match::kForged);
    CHECK(changed(1, 1) == Match::kForged);
    CHECK(changed(2, 0x01) == Match::kForged);  // no reply: our own query sent back
    CHECK(changed(5, 2) == Match::kForged);     // two questions
    CHECK(changed(14, '2') == Match::kForged);
    CHECK(changed(29, 28) == Match::kForged);  // type
    CHECK(changed(31, 3) == Match::kForged);   // class
    for (std::size_t size = 0; size < reply.size(); ++size) {
      CHECK(MatchReply(query, std::span(reply).first(size)) == Match::kForged);
    }
    CHECK(MatchReply(query, Octets(12)) == Match::kForged);
  }
}

}  // namespace dialwatch::probes
