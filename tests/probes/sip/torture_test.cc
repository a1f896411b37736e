// Messages of RFC 4475, "SIP Torture Test Messages", as far as a caller can meet them.
#include <doctest/doctest.h>

#include "probes/sip/message.h"
#include "tests/probes/sip/messages.h"

namespace dialwatch::probes {

using test::Crlf;

namespace {

std::string Why(std::string_view octets) {
  const auto read = ReadSipMessage(octets);
  return read ? "" : read.error().what;
}

}  // namespace

TEST_SUITE("probes/sip/message: torture") {
  TEST_CASE("3.1.1.1: a short tortuous INVITE, folded all over") {
    const auto read = ReadSipMessage(Crlf(R"(INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
)"));
    REQUIRE(read);
    CHECK(read->ids.to_tag == "1918181833n");
    CHECK(read->ids.from_tag == "98asjd8");
    CHECK(read->ids.cseq == 9);
    CHECK(read->ids.via.branch == "390skdjuw");
    CHECK(read->ids.vias == 3);
    CHECK(read->message.Find("Subject") == "");
    CHECK(read->message.Find("NewFangledHeader") == "newfangled value continued newfangled value");
    CHECK(read->message.body.size() == 150);
    const auto contact = ReadSipNameAddress(*read->message.Find("Contact"));
    REQUIRE(contact);
    CHECK(contact->uri == "sip:jdrosen@example.com");
    CHECK(FindSipParameter(contact->parameters, "q") == "0.33");
  }

  TEST_CASE("3.1.1.2: a wide range of valid characters") {
    std::string text = Crlf(
        R"(!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "BEL:\@ NUL:\# DEL:\%" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com> ;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_`'~:﻿大停電
Content-Length: 0

)");
    text[text.find("\\@") + 1] = '\a';
    text[text.find("\\#") + 1] = '\0';
    text[text.find("\\%\"") + 1] = '\x7F';
    const auto read = ReadSipMessage(text);
    REQUIRE(read);
    CHECK(read->ids.from_tag == "_token~1'+`*%!-.");
    CHECK(read->ids.call_id == "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
    CHECK(read->message.uri.ends_with("@example.com"));
  }

  TEST_CASE("3.1.1.8: octets behind the message are left out") {
    const auto read = ReadSipMessage(Crlf(R"(REGISTER sip:example.com SIP/2.0
To: sip:j.user@example.com
From: sip:j.user@example.com;tag=43251j3j324
Max-Forwards: 8
I: dblreq.0ha0isndaksdj99sdfafnl3lk233412
Contact: sip:j.user@host.example.com
CSeq: 8 REGISTER
Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492
Content-Length: 0


INVITE sip:joe@example.com SIP/2.0
)"));
    REQUIRE(read);
    CHECK(read->message.body.empty());
  }

  TEST_CASE("3.1.1.13: an empty reason phrase, and 3.1.1.12: one that is not ASCII") {
    const std::string rest = R"(Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: noreason.asndj203insdf99223ndf
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

)";
    CHECK(ReadSipMessage(Crlf("SIP/2.0 100 \n" + rest))->message.reason.empty());
    CHECK(
        ReadSipMessage(Crlf("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое\n" + rest))->message.status ==
        200);
  }

  TEST_CASE("3.1.2.1: extraneous separators are not read") {
    CHECK(Why(Crlf(R"(INVITE sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: badinv01.0ha0isndaksdjasdf3234nas
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;;,;,,
Contact: "Joe" <sip:joe@example.org>;;;;
Content-Length: 0

)")) == "");  // its first Via can be told: the rest is not ours to judge
  }

  TEST_CASE("3.1.2.2: a Content-Length beyond the message, and 3.1.2.3: a negative one") {
    const std::string head = R"(INVITE sip:user@example.com SIP/2.0
Max-Forwards: 80
To: sip:j.user@example.com
From: sip:caller@example.net;tag=93942939o2
Contact: <sip:caller@hungry.example.net>
Call-ID: clerr.0ha0isndaksdjweiafasdk3
CSeq: 8 INVITE
Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bK-39234-23523
)";
    CHECK(Why(Crlf(head + "Content-Length: 9999\n\nv=0\n")) == "its Content-Length is 9999, but 5 octets follow");
    CHECK(Why(Crlf(head + "Content-Length: -999\n\nv=0\n")) == "its Content-Length \"-999\" is no number");
  }

  TEST_CASE("3.1.2.5: a status and numbers beyond all bounds") {
    CHECK(Why(Crlf(R"(SIP/2.0 503 Service Unavailable
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture "In Progress"
Content-Length: 0

)")) == "its CSeq cannot be read");
  }

  TEST_CASE("3.1.2.6: a quote without its end") {
    CHECK(Why(Crlf(R"(INVITE sip:user@example.com SIP/2.0
To: "Mr. J. User <sip:j.user@example.com>
From: sip:caller@example.net;tag=93334
Max-Forwards: 10
Call-ID: quotbal.aksdj
Contact: <sip:caller@host59.example.net>
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.59:5050;branch=z9hG4bKkdjuw39234
Content-Length: 0

)")) == "its To cannot be read");
  }

  TEST_CASE("3.1.2.7 to 3.1.2.10: a request URI in brackets, with spaces, or with spaces around it") {
    const std::string rest = R"(To: sip:user@example.com
From: sip:caller@example.net;tag=39291
Max-Forwards: 23
Call-ID: ltgtruri.1@192.0.2.5
CSeq: 1 INVITE
Via: SIP/2.0/UDP 192.0.2.5
Content-Length: 0

)";
    CHECK(Why(Crlf("INVITE sip:user@example.com SIP/2.0\n" + rest)) == "");
    CHECK(Why(Crlf("INVITE <sip:user@example.com> SIP/2.0\n" + rest)) == "its request URI cannot be read");
    CHECK(Why(Crlf("INVITE sip:user@example.com; lr SIP/2.0\n" + rest)) == "its request URI cannot be read");
    CHECK(Why(Crlf("INVITE  sip:user@example.com SIP/2.0\n" + rest)) == "its request URI cannot be read");
    CHECK(Why(Crlf("INVITE sip:user@example.com SIP/2.0  \n" + rest)).starts_with("it is not SIP"));
  }

  TEST_CASE("3.1.2.16 to 3.1.2.19: another version, another method, a status of ten digits") {
    const std::string rest = R"(Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: mismatch.dj0234sxdfl3
CSeq: 8 OPTIONS
From: <sip:user@example.com>;tag=11141343
To: <sip:user@example.edu>;tag=2229
Content-Length: 0

)";
    CHECK(Why(Crlf("OPTIONS sip:t.watson@example.org SIP/7.0\n" + rest)).starts_with("it is not SIP"));
    CHECK(Why(Crlf("INVITE sip:user@example.com SIP/2.0\n" + rest)) == "its CSeq names another method");
    CHECK(Why(Crlf("SIP/2.0 4294967301 better not break the receiver\n" + rest)) ==
          "its status is not between 100 and 699");
  }
}

}  // namespace dialwatch::probes
