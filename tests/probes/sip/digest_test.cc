#include "probes/sip/digest.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {
namespace {

SipMessage Challenge(std::string_view value, int status = 401) {
  SipMessage response{.status = status, .reason = "Unauthorized"};
  return response.Add(status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate", value);
}

std::string Why(const base::Status& status) {
  return status ? "" : status.error().what;
}

SipMessage Signed(SipAuthenticator& authenticator) {
  SipMessage request{.method = "INVITE", .uri = "sip:9196@d1.example.com"};
  authenticator.Sign(request);
  return request;
}

const SipAccount kAccount{.user = "watch", .password = "secret"};

}  // namespace

TEST_SUITE("probes/sip/digest") {
  TEST_CASE("the example of RFC 2617 §3.5") {
    const auto challenge = ReadSipChallenge(
        R"(Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41")");
    REQUIRE(challenge);
    CHECK(
        WriteSipCredentials(*challenge, {"Mufasa", "Circle Of Life", ""}, {"GET", "/dir/index.html", "0a4f113b", 1}) ==
        R"(Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", )"
        R"(uri="/dir/index.html", response="6629fae49393a05397450978507c4ef1", )"
        R"(opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001, cnonce="0a4f113b")");
  }

  TEST_CASE("the example of RFC 7616 §3.9.1, MD5 and SHA-256, and with SHA-512-256") {
    const std::string rest =
        R"(, realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")";
    const SipAccount account{"Mufasa", "Circle of Life", ""};
    const SipDigestInput input{"GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 1};
    const auto md5 = ReadSipChallenge("Digest algorithm=MD5" + rest);
    const auto sha = ReadSipChallenge("digest algorithm=SHA-256" + rest);
    const auto longer = ReadSipChallenge("Digest algorithm=SHA-512-256" + rest);
    REQUIRE((md5 && sha && longer));
    const auto has = [&](const SipChallenge& challenge, std::string_view part) {
      return WriteSipCredentials(challenge, account, input).find(part) != std::string::npos;
    };
    CHECK(has(*md5, R"(response="8ca523f5e9506fed4657c9700eebdbec", algorithm=MD5)"));
    CHECK(
        has(*sha, R"(response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256)"));
    // The RFC has no value for this input: `openssl dgst -sha512-256` of its A1, A2 and the whole.
    CHECK(has(*longer,
              R"(response="430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0", algorithm=SHA-512-256)"));
  }

  TEST_CASE("without qop the answer is that of RFC 2069") {
    const auto challenge = ReadSipChallenge(R"(Digest realm="r", nonce="n")");
    REQUIRE(challenge);
    // MD5 of MD5("u:r:p"):n:MD5("BYE:sip:a")
    CHECK(WriteSipCredentials(*challenge, {"u", "p", ""}, {"BYE", "sip:a", "c", 1}) ==
          R"(Digest username="u", realm="r", nonce="n", uri="sip:a", response="83fe96c6d74e0071823df239d4fcf624")");
  }

  TEST_CASE("what we cannot answer is no challenge") {
    for (const char* value : {"Basic realm=\"r\"", "Digest realm=\"r\"", "Digest nonce=\"n\"", "", "Digest",
                              "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
                              "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "Digest realm=\"r, nonce=\"n\""}) {
      CAPTURE(value);
      CHECK_FALSE(ReadSipChallenge(value));
    }
  }

  TEST_CASE("the topmost challenge of a realm that we know is answered") {
    SipAuthenticator authenticator(kAccount);
    SipMessage response = Challenge(R"(Digest realm="r", nonce="a", algorithm=SHA-1024)");
    response.Add("WWW-Authenticate", R"(Digest realm="r", nonce="b", algorithm=SHA-512-256, qop="auth")");
    response.Add("WWW-Authenticate", R"(Digest realm="r", nonce="c", algorithm=MD5, qop="auth")");
    CHECK(Why(authenticator.Take(response)) == "");
    const SipMessage request = Signed(authenticator);
    REQUIRE(request.headers.size() == 1);
    CHECK(request.headers[0].name == "Authorization");
    CHECK(request.headers[0].value.find("algorithm=SHA-512-256") != std::string::npos);
  }

  TEST_CASE("each request counts the nonce on") {
    SipAuthenticator authenticator(kAccount);
    CHECK(authenticator.Take(Challenge(R"(Digest realm="r", nonce="a", qop="auth")", 407)));
    CHECK(Signed(authenticator).Find("Proxy-Authorization")->find("nc=00000001") != std::string_view::npos);
    CHECK(Signed(authenticator).Find("Proxy-Authorization")->find("nc=00000002") != std::string_view::npos);
  }

  TEST_CASE("a realm that refuses the password does not get it again") {
    SipAuthenticator authenticator(kAccount);
    CHECK(authenticator.Take(Challenge(R"(Digest realm="r", nonce="a")")));
    CHECK(Why(authenticator.Take(Challenge(R"(Digest realm="r", nonce="b")"))) ==
          "the realm \"r\" refuses the user or the password");
  }

  TEST_CASE("a stale nonce is replaced, but not for ever, and never by itself") {
    SipAuthenticator authenticator(kAccount);
    CHECK(authenticator.Take(Challenge(R"(Digest realm="r", nonce="a")")));
    CHECK_FALSE(authenticator.Take(Challenge(R"(Digest realm="r", nonce="a", stale=true)")));
    int taken = 1;
    for (int i = 0; i < 10; ++i) {
      const std::string value = "Digest realm=\"r\", stale=TRUE, nonce=\"" + std::to_string(i) + '"';
      taken += authenticator.Take(Challenge(value)) ? 1 : 0;
    }
    CHECK(taken == 4);
  }

  TEST_CASE("a realm that has accepted the password may ask for it with the next request") {
    SipAuthenticator authenticator(kAccount);
    CHECK(authenticator.Take(Challenge(R"(Digest realm="r", nonce="a")")));
    authenticator.Accepted();
    CHECK(authenticator.Take(Challenge(R"(Digest realm="r", nonce="b")")));
    CHECK_FALSE(authenticator.Take(Challenge(R"(Digest realm="r", nonce="c")")));
  }

  TEST_CASE("a proxy and a dialer get the password, and nobody else") {
    SipAuthenticator authenticator(kAccount);
    CHECK(authenticator.Take(Challenge(R"(Digest realm="proxy", nonce="a")", 407)));
    CHECK(authenticator.Take(Challenge(R"(Digest realm="dialer", nonce="b")")));
    CHECK(Signed(authenticator).headers.size() == 2);
    CHECK(Why(authenticator.Take(Challenge(R"(Digest realm="third", nonce="c")"))) ==
          "yet another realm, \"third\", asks for the password");
  }

  TEST_CASE("where a realm is configured no other gets the password") {
    SipAuthenticator authenticator({.user = "watch", .password = "secret", .realm = "dialer"});
    CHECK(Why(authenticator.Take(Challenge(R"(Digest realm="evil", nonce="a")"))) ==
          "the realm \"evil\" asks for the password, which is for \"dialer\" alone");
    CHECK(Signed(authenticator).headers.empty());
  }

  TEST_CASE("without a user, or a challenge that we know, there is no answer") {
    SipAuthenticator nobody({});
    CHECK(Why(nobody.Take(Challenge(R"(Digest realm="r", nonce="a")"))) ==
          "it asks for a password, and none is configured");
    SipAuthenticator authenticator(kAccount);
    CHECK(Why(authenticator.Take(Challenge("Basic realm=\"r\""))) ==
          "it asks for a password in a way that is not known here");
  }
}

}  // namespace dialwatch::probes
