#include "base/host_name.h"
#include "base/names.h"
#include "config/sections.h"

// The sections of the DNS: whom to ask, about what.
namespace dialwatch::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kTlsPort = 853;    // RFC 7858 §3.1
constexpr std::uint16_t kHttpsPort = 443;  // RFC 9110 §4.2.2

// Of an address without one: the URL's, or that of the transport.
std::uint16_t UsualPort(const Resolver& resolver) {
  if (resolver.transport == Transport::kTls) return kTlsPort;
  if (resolver.transport != Transport::kHttps) return kDnsPort;
  const std::size_t path = resolver.url.find_first_of("/?#", std::string_view("https://").size());
  const std::string authority = resolver.url.substr(0, path);
  unsigned port = 0;
  for (std::size_t at = authority.find_last_of(":]") + 1; at < authority.size(); ++at) {
    if (authority[at] < '0' || authority[at] > '9' || port > UINT16_MAX / 10) return kHttpsPort;
    port = port * 10 + static_cast<unsigned>(authority[at] - '0');
  }
  return port == 0 || port > UINT16_MAX ? kHttpsPort : static_cast<std::uint16_t>(port);
}

// 0 stands for the usual port, which is known once transport and URL are.
void ReplacePorts(std::vector<Endpoint>& addresses, std::uint16_t old, std::uint16_t now) {
  for (Endpoint& address : addresses) {
    if (address.port == old) address.port = now;
  }
}

std::vector<std::string> AddressesOf(const Resolver& resolver) {
  std::vector<std::string> texts;
  for (const Endpoint& address : resolver.addresses) {
    texts.push_back(fmt::format("{} over {}", address.ToString(UsualPort(resolver)), base::NameOf(resolver.transport)));
  }
  return texts;
}

// The list itself cannot see that "9.9.9.9" and "9.9.9.9:53" are one.
void CheckAddressesTwice(const Entry<Resolver>& entry, Errors& errors) {
  const auto& addresses = entry.value.addresses;
  for (auto address = addresses.begin(); address != addresses.end(); ++address) {
    if (std::find(addresses.begin(), address, *address) == address) continue;
    errors.Add(entry.At("addresses"), fmt::format("addresses: \"{}\" stands twice", address->ToString()));
  }
}

void CheckTlsName(const Entry<Resolver>& entry, Errors& errors) {
  if (entry.value.tls_name.empty() || entry.value.transport == Transport::kTls) return;
  errors.Add(entry.At("tls_name"),
             "tls_name: only transport = \"tls\" looks at it; for \"https\" the URL has the name");
}

void CheckUrl(const Entry<Resolver>& entry, Errors& errors) {
  const bool https = entry.value.transport == Transport::kHttps;
  if (https && entry.value.url.empty()) {
    errors.Add(entry.At("transport"),
               "transport: \"https\" needs a URL; write it like url = \"https://dns.quad9.net/dns-query\"");
  } else if (!https && !entry.value.url.empty()) {
    errors.Add(entry.At("url"), "url: only transport = \"https\" looks at it");
  }
}

AnySection ResolverSection() {
  auto addresses = ListOf("addresses", ServerAddress(0), 1);
  addresses.range = "at least one; port 53, with \"tls\" 853, with \"https\" the URL's, unless it has one";
  return Section<Resolver>("resolver",
                           "A resolver that clients lean on. Left out altogether: Quad9, Cloudflare and Google.")
      .Add({.name = "name", .help = "What messages and metrics call it.", .example = R"("quad9")", .required = true},
           &Resolver::name, Text())
      .Add({"operator", "Who runs it: resolvers of one operator share a cause.", R"("quad9")", "the name"},
           &Resolver::operator_name, Text())
      .Add(
          {.name = "addresses",
           .help = "Where to ask. Each probe asks one of them, in turn.",
           .example = R"(["9.9.9.9", "149.112.112.112"])",
           .required = true},
          addresses,
          [](const Resolver& resolver) {
            std::vector<Endpoint> written = resolver.addresses;
            ReplacePorts(written, UsualPort(resolver), 0);
            return written;
          },
          [](Resolver& resolver, std::vector<Endpoint> read) { resolver.addresses = std::move(read); })
      .Add({"transport", "How to ask: \"tls\" is DNS over TLS (RFC 7858), \"https\" DNS over HTTPS (RFC 8484).",
            R"("udp")"},
           &Resolver::transport, OneOf<Transport>())
      .Add({"tls_name", "With \"tls\": the name that the server's certificate must have.", R"("dns.quad9.net")",
            "the address must stand in it"},
           &Resolver::tls_name, HostName())
      .Add({"url",
            "With \"https\": what is asked, at the addresses above; the certificate must have its host. Redirects and "
            "HTTP/1.1 are failures.",
            R"("https://dns.quad9.net/dns-query")", "none; \"https\" needs it"},
           &Resolver::url, HttpsUrl())
      .Add({"reference",
            "A name that is not yours, and that the resolver is asked for while it is silent on one of yours: whether "
            "it is down, or your zone's servers are. \"none\": no such question.",
            R"("dns.quad9.net")", "the operator's own for quad9, cloudflare, google and opendns, else none"},
           &Resolver::reference, HostName())
      .NeedsOne()
      .Complete([](Resolver& resolver, const Settings&) {
        if (resolver.operator_name.empty()) resolver.operator_name = resolver.name;
        ReplacePorts(resolver.addresses, 0, UsualPort(resolver));
      })
      .Check("addresses-twice", CheckAddressesTwice)
      .Check("tls-name", CheckTlsName)
      .Check("url-transport", CheckUrl)
      .Unique("name", [](const Resolver& resolver) { return std::vector{resolver.name}; })
      .Unique("addresses", AddressesOf)
      .Build(&Settings::resolvers);
}

AnySection AuthoritySection() {
  return Section<Authority>("authority",
                            "The authoritative servers of a zone. Zones without one are discovered by NS lookups.")
      .Add({.name = "zone", .help = "The zone's name.", .example = R"("example.com")", .required = true},
           &Authority::zone, HostName())
      .Add({.name = "servers",
            .help = "Its servers, all of which are asked.",
            .example = R"(["192.0.2.53"])",
            .required = true},
           &Authority::servers, ListOf("addresses", ServerAddress(kDnsPort), 1))
      .Add(
          {"probe_label",
           "A label below the zone with a wildcard A record of a short TTL: a new name under it is in no cache, so it "
           "shows which authority a resolver sees. One is asked for each turn, of every resolver and of these servers.",
           R"("probe")", "no such names"},
          &Authority::probe_label, HostName())
      .Unique("zone", [](const Authority& authority) { return std::vector{authority.zone}; })
      .Build(&Settings::authorities);
}

// Names with each type that is asked for, so that no name is watched twice.
std::vector<std::string> QuestionsOf(const Dialer& dialer) {
  std::vector<std::string> questions;
  if (dialer.host.empty()) return questions;
  for (const RecordType type : dialer.types) questions.push_back(dialer.host + ' ' + base::FormatRecordType(type));
  return questions;
}

void CheckExpectMode(const Entry<Dialer>& entry, Errors& errors) {
  const Dialer& dialer = entry.value;
  if (dialer.expect.empty() && dialer.expect_mode != ExpectMode::kExact) {
    errors.Add(entry.At("expect_mode"), "expect_mode: it says nothing without expect; list the addresses there");
  }
}

void CheckExpectNetworks(const Entry<Dialer>& entry, Errors& errors) {
  if (entry.value.expect_mode == ExpectMode::kPrefix) return;
  for (const base::IpPrefix& prefix : entry.value.expect) {
    if (static_cast<std::size_t>(prefix.length) == prefix.address.size() * 8) continue;
    errors.Add(entry.At("expect"),
               fmt::format("expect: {} is a network, which needs expect_mode = \"prefix\"", prefix.ToString()));
  }
}

void CheckExpectTypes(const Entry<Dialer>& entry, Errors& errors) {
  for (const base::IpPrefix& prefix : entry.value.expect) {
    const RecordType type = prefix.address.is_v6() ? RecordType::kAaaa : RecordType::kA;
    if (std::ranges::find(entry.value.types, type) != entry.value.types.end()) continue;
    errors.Add(entry.At("expect"), fmt::format("expect: no answer can have {} in it, since types lacks \"{}\"",
                                               prefix.address.ToString(), base::FormatRecordType(type)));
  }
}

void CheckReflector(const Entry<Dialer>& entry, const Settings& settings, Errors& errors) {
  if (entry.value.reflector_port == 0 || !settings.media.key_file.empty()) return;
  errors.Add(entry.At("reflector_port"),
             "reflector_port: it needs the key that the reflector has; name its file with key_file in [media]");
}

void CheckRtpPort(const Entry<Dialer>& entry, Errors& errors) {
  if (entry.value.rtp_port == 0 || entry.value.rtp_port != entry.value.reflector_port) return;
  errors.Add(entry.At("rtp_port"), "rtp_port: the reflector listens there; name a port of the media server's range");
}

// Ports are written as numbers; 0 stands for none and cannot be written.
Codec<int> OptionalPort() {
  Codec<int> codec = IntegerBetween(1, UINT16_MAX);
  codec.write = [](int port) { return port == 0 ? "" : std::to_string(port); };
  return codec;
}

AnySection DialerSection() {
  const std::vector<RecordType> types{RecordType::kA, RecordType::kAaaa, RecordType::kHttps, RecordType::kSvcb,
                                      RecordType::kSrv};
  return Section<Dialer>("dialer", "A dialer: the name that webphones resolve to reach it.")
      .Add({"name", "What messages and metrics call it.", R"("d1")", "the host"}, &Dialer::name, Text())
      .Add({.name = "host", .help = "Its host name.", .example = R"("d1.example.com")", .required = true},
           &Dialer::host, HostName())
      .Add({"types", "The record types to ask for.", R"(["A"])"}, &Dialer::types,
           ListOf("record types",
                  OneOf("record type", types, base::FormatRecordType, {"NS", "CNAME", "SOA", "PTR", "MX", "TXT"}), 1))
      .Add({"expect", "Its addresses, or its networks with expect_mode \"prefix\". Empty: the authority alone decides.",
            R"(["198.51.100.11"])"},
           &Dialer::expect, ListOf("addresses or networks", Network()))
      .Add({"expect_mode",
            "How an answer is held against expect: it is this set; it is part of it; it has one of it; each address is "
            "inside one of these networks.",
            R"("exact")"},
           &Dialer::expect_mode, OneOf<ExpectMode>())
      .Add({"ttl_max", "As in [policy], for this dialer.", R"("300s")", "that of [policy]"}, &Dialer::ttl_max,
           TtlBetween(1s, std::chrono::days(30)))
      .Add({"labels", "Goes with the dialer into the metric dialwatch_dialer_info.", R"({ account = "acme" })"},
           &Dialer::labels, Labels({"dialer", "host"}))
      .Add({"reflector_port",
            "The UDP port of the dialwatch reflector that stands beside the dialer: whether audio flows is tested "
            "there, as [media] says, at each address that anybody gives for the host.",
            "9000", "no test"},
           &Dialer::reflector_port, OptionalPort())
      .Add({"rtp_port",
            "One UDP port of the dialer's RTP range: whether a host is there at all is asked by STUN, at each address "
            "that anybody gives for the host. Silence tells nothing. See media.md.",
            "10000", "no test"},
           &Dialer::rtp_port, OptionalPort())
      .Complete([](Dialer& dialer, const Settings& settings) {
        if (dialer.name.empty()) dialer.name = dialer.host;
        if (dialer.ttl_max == Duration::zero()) dialer.ttl_max = settings.policy.ttl_max;
      })
      .Check("expect-mode", CheckExpectMode)
      .Check("expect-networks", CheckExpectNetworks)
      .Check("expect-types", CheckExpectTypes)
      .Check("rtp-port-of-reflector", CheckRtpPort)
      .CheckAgainst("reflector-keys", CheckReflector)
      .Unique("name", [](const Dialer& dialer) { return std::vector{dialer.name}; })
      .Unique("host", QuestionsOf)
      .Build(&Settings::dialers);
}

}  // namespace

std::vector<AnySection> DnsSections() {
  return {ResolverSection(), AuthoritySection(), DialerSection()};
}

}  // namespace dialwatch::config
