#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/record_type.h"
#include "base/time.h"
#include "config/ice_uri.h"
#include "config/sip_target.h"
#include "config/transport.h"

// The validated configuration as plain values. Built whole by config/load.h, never changed afterwards: a reload builds
// a new one. Host names are normalized (base/host_name.h). Defaults stand here and nowhere else.
// Thread safety: const, shared as std::shared_ptr<const Settings>.
namespace dialwatch::config {

using base::Duration;
using base::Endpoint;
using base::RecordType;

constexpr std::uint16_t kDnsPort = 53;  // RFC 1035 §4.2

struct Probing {
  Duration interval = std::chrono::seconds(30);  // each target once per interval; 1 s to 1 h
  Duration timeout = std::chrono::seconds(2);    // an exchange with all its sends; 100 ms to 30 s, under the interval
  int workers = 1;                               // probe threads, 1 to 64

  bool operator==(const Probing&) const = default;
};

struct Policy {
  Duration ttl_max = std::chrono::seconds(300);  // whole seconds
  std::vector<std::string> allowed_stun;         // host names
  std::vector<base::IpAddress> allowed_resolvers;

  bool operator==(const Policy&) const = default;
};

// The place we look from.
struct Vantage {
  std::string name;                            // empty: the machine's host name
  std::vector<base::IpAddress> expect_mapped;  // addresses that STUN may say we have; empty: any
  std::optional<base::IpAddress> bind;         // source address of probes

  bool operator==(const Vantage&) const = default;
};

struct State {
  std::string path;  // SQLite file; empty: no memory over restarts. Left out of the file: DefaultStatePath()
  Duration retention = std::chrono::hours(24 * 30);
  int max_mb = 2000;  // 10^6 octets

  bool operator==(const State&) const = default;
};

struct Exporter {
  Endpoint listen = *Endpoint::Parse("127.0.0.1", 10355);

  bool operator==(const Exporter&) const = default;
};

struct Alerting {
  Duration wait = std::chrono::seconds(60);  // key "for": how long a finding must stand before it is told
  Duration keep_firing_for = std::chrono::minutes(2);
  Duration repeat = std::chrono::hours(4);
  std::string status_url;  // where the status page can be reached from outside; goes into messages

  bool operator==(const Alerting&) const = default;
};

// Trains of RTP packets to the reflectors beside the dialers (docs/media.md).
struct Media {
  Duration interval = std::chrono::seconds(60);  // each dialer once per interval; 5 s to 1 h
  int packets = 50;                              // of a train; 10 to 500
  Duration spacing = std::chrono::milliseconds(20);
  std::string codec = "pcmu";  // a name of probes/rtp/codec.h
  std::string key_file = {};   // the keys that the reflectors have; looked up as Receiver::url_file
  int dscp = 46;               // RFC 3246: expedited forwarding

  bool operator==(const Media&) const = default;
};

struct Resolver {
  std::string name;
  std::string operator_name;        // key "operator"; default: the name
  std::vector<Endpoint> addresses;  // at least one; each probe asks one of them, in turn
  Transport transport = Transport::kUdp;
  std::string tls_name = {};   // kTls: the name that the server's certificate must have; empty: its address
  std::string url = {};        // kHttps: of the service, "https://dns.quad9.net/dns-query"; asked at `addresses`
  std::string reference = {};  // a name that is not ours; empty: the operator's own; kNoReference: none

  bool operator==(const Resolver&) const = default;
};

constexpr std::string_view kNoReference = "none";

// Pinned authoritative servers of a zone; zones without a pin are discovered.
struct Authority {
  std::string zone;
  std::vector<Endpoint> servers;
  std::string probe_label;  // "<random>.<probe_label>.<zone>" is a name that no cache can hold; empty: none

  bool operator==(const Authority&) const = default;
};

enum class ExpectMode : std::uint8_t {
  kExact,   // the answer is this set
  kSubset,  // the answer is part of this set (round robin)
  kAny,     // the answer has at least one of this set
  kPrefix,  // each address is inside one of these networks
};
constexpr std::array<std::string_view, 4> NamesOf(ExpectMode /*type only*/) {
  return {"exact", "subset", "any", "prefix"};
}

struct Dialer {
  std::string name;
  std::string host;
  std::vector<RecordType> types{RecordType::kA};
  std::vector<base::IpPrefix> expect;  // full-length prefixes but for kPrefix; empty: the authority alone decides
  ExpectMode expect_mode = ExpectMode::kExact;
  Duration ttl_max{};  // resolved: the dialer's own or the policy's
  std::map<std::string, std::string> labels;
  int reflector_port = 0;  // of the `dialwatch reflector` at its addresses; 0: there is none
  int rtp_port = 0;        // of its media server, that may answer STUN or be refused; 0: none is tried

  bool operator==(const Dialer&) const = default;
};

struct Stun {
  std::string name;
  IceUri uri;  // stun: or stuns:

  bool operator==(const Stun&) const = default;
};

// A relay. Its secrets stay in files, read when they are needed and never logged; a relative path is looked up as that
// of Receiver::url_file.
struct Turn {
  std::string name;
  IceUri uri;                                        // turn: or turns:
  std::string username = {};                         // with password_file; with secret_file the name after the time
  std::string password_file = {};                    // long-term credentials (RFC 8489 §9.2)
  std::string secret_file = {};                      // or the secret from which credentials for an hour are made
  std::vector<base::IpAddress> expect_relayed = {};  // addresses that relays may have; empty: see section_turn.cc

  bool operator==(const Turn&) const = default;
};

// An extension of a dialer that sends all audio back, to be called. The password stays in its file.
struct Call {
  std::string dialer;  // configured name
  std::string kind = "sip";
  SipTarget target;  // the dialer's host, or an address
  std::string extension;
  std::string username = {};       // empty: a challenge ends the call
  std::string password_file = {};  // looked up as Receiver::url_file
  std::string realm = {};          // the only one that gets an answer; empty: the first that asks
  Duration interval = std::chrono::seconds(60);

  bool operator==(const Call&) const = default;
};

// Where clients or dialers are told which STUN and TURN servers to use, to be held against Policy::allowed_stun.
struct IceConfig {
  enum class Kind : std::uint8_t {
    kUrl,       // a webphone's page or script
    kFile,      // any text, such as a settings export
    kAsterisk,  // a folder with rtp.conf, res_stun_monitor.conf, pjsip.conf, or one such file
  };
  Kind kind = Kind::kFile;
  std::string location = {};

  bool operator==(const IceConfig&) const = default;
};
constexpr std::array<std::string_view, 3> NamesOf(IceConfig::Kind /*type only*/) {
  return {"url", "file", "asterisk"};
}

// Where dialers come from besides [[dialer]].
struct Discovery {
  enum class Kind : std::uint8_t {
    kFile,  // JSON files as Prometheus' file_sd has them, read again when they change
    kAxfr,  // the addresses of a zone, transferred (RFC 5936)
  };
  Kind kind = Kind::kFile;
  std::string path = {};                // kFile: a file, or a pattern with * in its last part
  std::optional<Endpoint> server = {};  // kAxfr
  std::string zone = {};                // kAxfr
  std::string match = "*";              // host names that are dialers: * stands for any characters

  bool operator==(const Discovery&) const = default;
};
constexpr std::array<std::string_view, 2> NamesOf(Discovery::Kind /*type only*/) {
  return {"file", "axfr"};
}

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };
constexpr std::array<std::string_view, 3> NamesOf(Severity /*type only*/) {
  return {"info", "warning", "critical"};
}

struct Receiver {
  std::string name;
  std::string kind;  // a name in alerting's table of receivers; "slack" so far
  std::string
      url_file;  // file whose first line is the secret URL; read when a message is sent, never logged.
                 // A relative path is looked up in $CREDENTIALS_DIRECTORY where that is set, else beside the config
  Severity min_severity = Severity::kWarning;

  bool operator==(const Receiver&) const = default;
};

struct Settings {
  std::string source;  // path of the file, empty for the built-in defaults
  Probing probing;
  Policy policy;
  Vantage vantage;
  State state;
  Exporter exporter;
  Alerting alerting;
  Media media;
  std::vector<Resolver> resolvers;
  std::vector<Authority> authorities;
  std::vector<Dialer> dialers;
  std::vector<Discovery> discoveries;
  std::vector<Stun> stun_servers;
  std::vector<Turn> turn_servers;
  std::vector<Call> calls;
  std::vector<IceConfig> ice_configs;
  std::vector<Receiver> receivers;

  bool operator==(const Settings&) const = default;
};

// Quad9, Cloudflare, Google; TTL limit 300 s; stun.telnyx.com:3478; no dialers. Used where there is no file, and for
// the [[resolver]] and [[stun]] tables of a file that names none.
Settings DefaultSettings();

// A dialer as `check HOST` and `probe HOST` make it up: named as the host, with the policy's limits.
Dialer AdHocDialer(const std::string& host, const Settings& settings);

// Where the state is kept unless the file says so: $STATE_DIRECTORY (systemd.exec(5); the first of several), else
// $XDG_STATE_HOME/dialwatch, else ~/.local/state/dialwatch, each with dialwatch.db; "" where none of them is set.
std::string DefaultStatePath();

// The call to a dialer of that name, or null.
const Call* FindCall(const Settings& settings, const std::string& dialer);

// Who runs the resolver of that name; the name itself where there is none.
const std::string& OperatorOf(const Settings& settings, const std::string& resolver);

// The pin for the zone nearest to `host`, or null.
const Authority* FindAuthority(const Settings& settings, const std::string& host);

}  // namespace dialwatch::config
