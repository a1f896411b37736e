#include "probes/sip/dialog.h"

#include <doctest/doctest.h>

#include <set>

#include "probes/sip/transaction.h"
#include "tests/probes/sip/replies.h"

namespace dialwatch::probes {
namespace {

SipParty Party(config::Transport transport = config::Transport::kUdp) {
  return SipParty::New("sip:9196@d1.example.com", "sip:dialwatch@192.0.2.1",
                       *base::Endpoint::Parse("192.0.2.1:5070", 0), transport);
}

struct Bed {
  SipParty party = Party();
  SipMessage invite = party.NewRequest("INVITE", 3);

  SipArrival Answer(std::vector<SipHeader> headers) const {
    return test::Read(test::Write(WriteSipMessage(invite), {.headers = std::move(headers)}));
  }
  SipDialog Dialog(std::vector<SipHeader> headers) const {
    return SipDialog::FromAnswer(party, invite, Answer(std::move(headers)));
  }
};

using Lines = std::vector<std::string_view>;

}  // namespace

TEST_SUITE("probes/sip/dialog") {
  TEST_CASE("a request has all that RFC 3261 §8.1.1 wants") {
    const SipParty party = Party();
    const SipArrival request = test::Read(WriteSipMessage(party.NewRequest("OPTIONS", 1)));
    CHECK(request.message.uri == "sip:9196@d1.example.com");
    CHECK(request.message.Find("Max-Forwards") == "70");
    CHECK(request.message.Find("To") == "<sip:9196@d1.example.com>");
    CHECK(request.message.Find("From") == "<sip:dialwatch@192.0.2.1>;tag=" + party.tag);
    CHECK(request.ids.call_id == party.call_id);
    CHECK(request.ids.via.branch.starts_with("z9hG4bK"));
    CHECK(request.message.Find("Via")->starts_with("SIP/2.0/UDP 192.0.2.1:5070;"));
    CHECK(request.message.Find("Via")->ends_with(";rport"));
  }

  TEST_CASE("branches, tags and Call-IDs are never the same") {
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) {
      const SipParty party = Party();
      for (const std::string& each : {party.NewVia(), party.NewVia(), party.tag, party.call_id})
        CHECK(seen.insert(each).second);
    }
  }

  TEST_CASE("transport stands in Via and Contact") {
    CHECK(Party().Contact() == "<sip:dialwatch@192.0.2.1:5070>");
    CHECK(Party(config::Transport::kTls).Contact() == "<sip:dialwatch@192.0.2.1:5070;transport=tls>");
    CHECK(Party(config::Transport::kTcp).NewVia().starts_with("SIP/2.0/TCP 192.0.2.1:5070;"));
  }

  TEST_CASE("requests go to the Contact, along the route in reverse") {
    const Bed bed;
    SipDialog dialog = bed.Dialog({{"Contact", "\"Echo\" <sip:9196@10.0.0.5:5080;ob>;expires=60"},
                                   {"Record-Route", "<sip:p1.example.com;lr>, <sip:p2.example.com;lr>"},
                                   {"Record-Route", "<sip:p3.example.com;lr>"}});
    const SipMessage bye = dialog.NewRequest(bed.party, "BYE");
    CHECK(bye.uri == "sip:9196@10.0.0.5:5080;ob");
    CHECK((bye.FindLines("Route") ==
           Lines{"<sip:p3.example.com;lr>", "<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"}));
    CHECK(bye.Find("CSeq") == "4 BYE");
    CHECK(bye.Find("To") == "<sip:9196@d1.example.com>;tag=dialer");
    CHECK(dialog.NewRequest(bed.party, "BYE").Find("CSeq") == "5 BYE");
  }

  TEST_CASE("a strict router stands in the request URI, and the Contact at the end of the route") {
    const Bed bed;
    SipDialog dialog = bed.Dialog(
        {{"Contact", "<sip:9196@10.0.0.5>"}, {"Record-Route", "<sip:p2.example.com;lr>, <sip:p1.example.com>"}});
    const SipMessage bye = dialog.NewRequest(bed.party, "BYE");
    CHECK(bye.uri == "sip:p1.example.com");
    CHECK((bye.FindLines("Route") == Lines{"<sip:p2.example.com;lr>", "<sip:9196@10.0.0.5>"}));
    for (const std::string strict : {"sip:p1.example.com;lrx=1", "sip:a;lr@p1.example.com"}) {
      CHECK(bed.Dialog({{"Record-Route", '<' + strict + '>'}}).NewRequest(bed.party, "BYE").uri == strict);
    }
  }

  TEST_CASE("without a Contact, or with one that cannot be read, requests name whom we called") {
    const Bed bed;
    CHECK(bed.Dialog({}).NewAck(bed.party, bed.invite).uri == "sip:9196@d1.example.com");
    CHECK(bed.Dialog({{"Contact", "<sip:a b>"}}).NewAck(bed.party, bed.invite).uri == "sip:9196@d1.example.com");
    CHECK(bed.Dialog({{"Contact", "\"<sip:x@y>"}}).NewAck(bed.party, bed.invite).uri == "sip:9196@d1.example.com");
  }

  TEST_CASE("the ACK of an answer has the number and the credentials of the INVITE, and a branch of its own") {
    Bed bed;
    bed.invite.Add("Authorization", "Digest x");
    const SipDialog dialog = bed.Dialog({{"Contact", "<sip:9196@10.0.0.5>"}});
    const SipArrival ack = test::Read(WriteSipMessage(dialog.NewAck(bed.party, bed.invite)));
    CHECK(ack.ids.cseq == 3);
    CHECK(ack.message.method == "ACK");
    CHECK(ack.message.Find("Authorization") == "Digest x");
    CHECK(ack.ids.via.branch != test::Read(WriteSipMessage(bed.invite)).ids.via.branch);
  }

  TEST_CASE("a dialog is known by Call-ID and both tags") {
    const Bed bed;
    const SipDialog dialog = bed.Dialog({});
    const SipArrival invite = test::Read(WriteSipMessage(bed.invite));
    const SipArrival bye = test::Read(test::Request(invite, "BYE", 1));
    CHECK(dialog.Owns(bed.party, bye));
    CHECK(dialog.Owns(bed.party, bed.Answer({})));
    SipArrival other = bye;
    other.ids.from_tag = "another";
    CHECK_FALSE(dialog.Owns(bed.party, other));
    other = bye;
    other.ids.to_tag = "";
    CHECK_FALSE(dialog.Owns(bed.party, other));
    other = bye;
    other.ids.call_id += 'x';
    CHECK_FALSE(dialog.Owns(bed.party, other));
  }

  TEST_CASE("a CANCEL is the INVITE's, with its branch and number") {
    const Bed bed;
    const SipArrival invite = test::Read(WriteSipMessage(bed.invite));
    const SipArrival cancel = test::Read(WriteSipMessage(NewSipHopByHop(bed.invite, "CANCEL")));
    CHECK(cancel.ids.via.branch == invite.ids.via.branch);
    CHECK(cancel.ids.cseq == 3);
    CHECK(cancel.message.method == "CANCEL");
    CHECK(cancel.message.Find("To") == invite.message.Find("To"));
    CHECK(cancel.message.Find("From") == invite.message.Find("From"));
  }

  TEST_CASE("a response takes over what must be, and gives To a tag once") {
    const Bed bed;
    SipArrival request = test::Read(WriteSipMessage(bed.invite));
    request.message.Add("Via", "SIP/2.0/UDP second;branch=x").Add("Record-Route", "<sip:p;lr>").Add("Subject", "no");
    const SipMessage response = NewSipResponse(request, 486, "Busy Here", "mine");
    CHECK(response.FindLines("Via").size() == 2);
    CHECK(response.Find("To") == "<sip:9196@d1.example.com>;tag=mine");
    CHECK(response.Find("Record-Route") == "<sip:p;lr>");
    CHECK_FALSE(response.Find("Subject"));
    request.ids.to_tag = "has";
    CHECK(NewSipResponse(request, 486, "Busy Here", "mine").Find("To") == "<sip:9196@d1.example.com>");
  }
}

}  // namespace dialwatch::probes
