#include "probes/policy/ice_servers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>

using namespace dialwatch::probes;

namespace {

// A line each: "LINE:COLUMN URI xTIMES", or "LINE:COLUMN TEXT?" where that cannot be read.
std::string Servers(const std::string& text, Syntax syntax = Syntax::kScript) {
  std::vector<std::string> lines;
  for (const IceServer& server : ExtractIceServers(text, syntax).found) {
    CHECK(server.uri.has_value() == server.error.empty());
    const std::string uri = server.uri ? FormatIceUri(*server.uri) : server.text + "?";
    lines.push_back(fmt::format("{}:{} {}", server.line, server.column, uri));
    if (server.times > 1) lines.back() += fmt::format(" x{}", server.times);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

TEST_SUITE("probes/policy/ice_servers") {
  TEST_CASE("a SIP.js webphone") {
    CHECK(Servers(R"js(<!DOCTYPE html>
<script>
  const userAgent = new SIP.UserAgent({
    sessionDescriptionHandlerFactoryOptions: {
      peerConnectionConfiguration: {
        iceServers: [
          { urls: "stun:stun.telnyx.com:3478" },
          // { urls: "stun:stun.old.example.com" },
          { urls: ["turn:turn.telnyx.com:3478?transport=udp", "turns:turn.telnyx.com:5349?transport=tcp"],
            username: "agent", credential: "hunter2" }
        ]
      }
    }
  });
</script>
)js") == "7:20 stun:stun.telnyx.com:3478\n9:21 turn:turn.telnyx.com:3478\n9:64 turns:turn.telnyx.com:5349");
  }

  TEST_CASE("a JsSIP webphone, of the old kind with url") {
    CHECK(Servers(R"js(ua.call('sip:100@pbx', {
  pcConfig: { iceServers: [ { 'url': 'stun:stun.l.google.com:19302' },
                            { 'url' : 'turn:agent@turn.example.com', 'credential': 'hunter2' } ] }
});)js") == "2:39 stun:stun.l.google.com:19302\n3:40 turn:turn.example.com");
  }

  TEST_CASE("a minified bundle, by its columns; members, labels and comparisons are no servers") {
    const std::string head(5000, 'x');
    CHECK(Servers(head + R"js(;function c(e){return{turn:e.turn,stun:t.stun}}switch(k){case turn:e.go();case stun:t.x=1}
if(0===u.indexOf("turn:")||/^(stun|turns?):/.test(u)){}const s={iceServers:[{urls:"stun:stun1.l.google.com:19302"}]};)js") ==
          "2:84 stun:stun1.l.google.com:19302");
    CHECK(Servers(head + R"js(,i={urls:["stun:a.example.com","stun:b.example.com"]})js") ==
          "1:5012 stun:a.example.com\n1:5033 stun:b.example.com");
  }

  TEST_CASE("JSON, in a file, in a string and in an attribute") {
    CHECK(Servers(R"({"iceServers":[{"urls":["stun:a.example.com","turn:b.example.com:443?transport=tcp"]}]})") ==
          "1:26 stun:a.example.com\n1:47 turn:b.example.com:443?transport=tcp");
    CHECK(Servers(R"(var c = "{\"urls\":\"stun:a.example.com\"}";)") == "1:22 stun:a.example.com");
    CHECK(Servers("<div data-ice=\"[{&quot;urls&quot;:&quot;stun:a.example.com&quot;}]\">") ==
          "1:41 stun:a.example.com");
  }

  TEST_CASE("HTML: values of attributes, and text that is nothing else") {
    CHECK(Servers("<input value=stun:a.example.com>\n<textarea>stun:b.example.com\nturn:c.example.com</textarea>") ==
          "1:14 stun:a.example.com\n2:11 stun:b.example.com\n3:1 turn:c.example.com");
    CHECK(Servers("<p>we use stun:a.example.com. And return:b.example.com</p>").empty());
  }

  TEST_CASE("a list in one string") {
    CHECK(Servers("ice = 'stun:a.example.com,turn:b.example.com; stuns:c.example.com'") ==
          "1:8 stun:a.example.com\n1:27 turn:b.example.com\n1:47 stuns:c.example.com");
  }

  TEST_CASE("Asterisk's rtp.conf and res_stun_monitor.conf") {
    CHECK(Servers(R"([general]
rtpstart=10000
rtpend=20000
icesupport=true
; stunaddr=stun.old.example.com
stunaddr = stun.telnyx.com:3478   ; the carrier's
turnaddr => turn.example.com
turnusername=agent
turnpassword=hunter2
;--
stunaddr=stun.older.example.com
--;
[ice_host_candidates]
192.168.1.1 => 203.0.113.10
)",
                  Syntax::kConf) == "6:1 stun:stun.telnyx.com:3478\n7:1 turn:turn.example.com");
    CHECK(Servers("[general]\nstunaddr=\nstunrefresh = 30\nmystunaddr=a.example.com\n", Syntax::kConf).empty());
    CHECK(Servers("stunaddr = [2001:db8::1]:3479", Syntax::kConf) == "1:1 stun:[2001:db8::1]:3479");
    CHECK(Servers("StunAddr = 192.0.2.80", Syntax::kConf) == "1:1 stun:192.0.2.80");
    CHECK(Servers("stunaddr=stun:a.example.com", Syntax::kConf) == "1:10 stun:a.example.com");
  }

  TEST_CASE("pjsip.conf names no server but by those two keys") {
    CHECK(Servers("[phone]\ntype=endpoint\nice_support=yes\nmedia_address=203.0.113.10\nwebrtc=yes\n", Syntax::kConf)
              .empty());
  }

  TEST_CASE("an export of phones: a dump, where the same counts once, and one with tabs") {
    CHECK(Servers("INSERT INTO `phones` VALUES ('100','Y','stun:stun.l.google.com:19302','hunter2'),"
                  "('101','Y','stun:stun.l.google.com:19302','x'),('102','N','','');\n"
                  "INSERT INTO `vicidial_conf_templates` VALUES ('webrtc','type=friend\\r\\nhost=dynamic\\n"
                  "stunaddr=stun.example.com\\nicesupport=yes');\n",
                  Syntax::kText) == "1:41 stun:stun.l.google.com:19302 x2\n2:86 stun:stun.example.com");
    CHECK(Servers("100\tY\tstun:a.example.com:3478\thunter2\n101,stun:b.example.com,N\n", Syntax::kText) ==
          "1:7 stun:a.example.com:3478\n2:5 stun:b.example.com");
    CHECK(Servers("turn:enabled=1\nturn: a.example.com", Syntax::kText).empty());
  }

  TEST_CASE("what cannot be read is told as it stands") {
    const auto servers = ExtractIceServers("a(`stun:${host}:3478`, 'stun://b.example.com')", Syntax::kScript).found;
    REQUIRE(servers.size() == 2);
    CHECK(servers[0].text == "stun:${host}:3478");
    CHECK_FALSE(servers[0].uri);
    CHECK(servers[0].error.starts_with("\"stun:${host}:3478\" is not a URI"));
    CHECK(servers[1].error.ends_with("there is no \"//\" in it"));
    CHECK(Servers("`stun:a.example.com:${port}`") == "1:2 stun:a.example.com");
    CHECK(Servers("'stun:a.example.com:' + port") == "1:2 stun:a.example.com");
    CHECK(Servers("'STUN:A.Example.com.'") == "1:2 stun:a.example.com");
  }

  TEST_CASE("users, passwords and what stands behind the port are not kept") {
    for (const char* text : {"'turn:agent:hunter2@a.example.com'", "'turn:a.example.com:3478:agent:hunter2'",
                             "'turn:a.example.com?password=hunter2'", "'turn:a.example.com:hunter2'",
                             "'turn:hunter2@hunter2@a.example.com:99999'", "'turn:[::1]:3478:hunter2'",
                             "turnaddr=hunter2@a.example.com"}) {
      const auto servers = ExtractIceServers(text, Syntax::kText).found;
      REQUIRE(servers.size() == 1);
      CAPTURE(servers[0].text);
      CHECK((servers[0].text + servers[0].error).find("hunter2") == std::string::npos);
    }
  }

  TEST_CASE("as many as there may be, and then it says that there are more") {
    std::string text;
    for (int i = 0; i < 256; ++i) text += fmt::format("'stun:s{}.example.com',", i);
    CHECK(ExtractIceServers(text, Syntax::kText).found.size() == 256);
    CHECK_FALSE(ExtractIceServers(text, Syntax::kText).cut);
    text += "'stun:one.more.example.com','stun:s1.example.com'";
    CHECK(ExtractIceServers(text, Syntax::kText).found.size() == 256);
    CHECK(ExtractIceServers(text, Syntax::kText).cut);
  }

  TEST_CASE("a megabyte of what looks like servers takes no long time") {
    for (const std::string part :
         {"stun:", "'stun:", "addr=", "stunaddr=a", "&quot;turn:[", "stun:a.b,", "\n'stun:a.b:"}) {
      std::string text;
      while (text.size() < std::size_t{1} << 20) text += part;
      CAPTURE(part);
      for (const Syntax syntax : {Syntax::kText, Syntax::kScript, Syntax::kConf}) {
        const std::clock_t start = std::clock();
        CHECK(ExtractIceServers(text, syntax).found.size() <= 256);
        CHECK(std::clock() - start < 5 * CLOCKS_PER_SEC);  // of our own: the machine may be busy
      }
    }
  }
}
