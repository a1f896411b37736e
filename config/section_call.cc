#include <fmt/format.h>

#include <algorithm>

#include "config/sections.h"

namespace dialwatch::config {
namespace {

using namespace std::chrono_literals;

// What may stand in the user part of a SIP URI as it is (RFC 3261 §25.1: unreserved and user-unreserved), so that no
// text of the config has to be escaped, nor can change what is sent.
bool IsUserText(std::string_view text) {
  constexpr std::string_view kMarks = "-_.!~*'()&=+$,;?/";
  return std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

constexpr std::size_t kLongest = 128;

Codec<std::string> UserText(std::string what) {
  Codec<std::string> codec = Text();
  codec.range = fmt::format("at most {} characters that a SIP URI takes as they are", kLongest);
  codec.read = [read = codec.read, what = std::move(what)](const Node& node,
                                                           Errors& errors) -> std::optional<std::string> {
    auto text = read(node, errors);
    if (!text) return text;
    if (text->size() > kLongest) errors.Add(node.at, fmt::format("it is longer than {} characters", kLongest));
    if (!IsUserText(*text)) {
      errors.Add(node.at,
                 fmt::format("{} has letters, digits and -_.!~*'()&=+$,;?/ only; without \"@\" and host", what));
    }
    return text;
  };
  return codec;
}

// Between quotes in a header.
Codec<std::string> Realm() {
  Codec<std::string> codec = Text();
  codec.read = [read = codec.read](const Node& node, Errors& errors) {
    auto text = read(node, errors);
    if (text && text->find_first_of("\"\\") != std::string::npos) {
      errors.Add(node.at, "a realm has neither quotes nor backslashes");
    }
    return text;
  };
  return codec;
}

const Dialer* FindDialer(const Settings& settings, const std::string& name) {
  const auto found = std::ranges::find(settings.dialers, name, &Dialer::name);
  return found == settings.dialers.end() ? nullptr : &*found;
}

void CheckDialer(const Entry<Call>& entry, const Settings& settings, Errors& errors) {
  if (FindDialer(settings, entry.value.dialer) != nullptr) return;
  std::vector<std::string> names;
  for (const Dialer& dialer : settings.dialers) names.push_back(dialer.name);
  errors.Add(entry.At("dialer"), fmt::format("dialer: no [[dialer]] has the name \"{}\"{}", entry.value.dialer,
                                             DidYouMean(entry.value.dialer, names)));
}

// Whether a name leads to the right place is known of dialers' names only, and a call to where it leads is held against
// that.
void CheckTargetOfDialer(const Entry<Call>& entry, const Settings& settings, Errors& errors) {
  const Call& call = entry.value;
  const Dialer* dialer = FindDialer(settings, call.dialer);
  if (dialer == nullptr || call.target.host == dialer->host || base::IpAddress::Parse(call.target.host)) return;
  errors.Add(entry.At("target"),
             fmt::format("target: its host is neither that of {}, {}, nor an address; to watch another name, make it a "
                         "[[dialer]] of its own",
                         dialer->name, dialer->host));
}

void CheckAccount(const Entry<Call>& entry, Errors& errors) {
  const Call& call = entry.value;
  if (call.username.empty() == call.password_file.empty() && (call.realm.empty() || !call.username.empty())) return;
  errors.Add(entry.at, "username and password_file belong together, and realm needs both");
}

}  // namespace

std::vector<AnySection> CallSections() {
  const auto as_is = [](const std::string& text) { return text; };
  const auto target = FromText<SipTarget>(
      "SIP URI",
      "sip:host[:port], with ;transport=tcp for TCP, or sips: for TLS; the host is the "
      "dialer's own or an address",
      ParseSipTarget, [](const SipTarget& each) { return each.host.empty() ? std::string() : FormatSipTarget(each); });
  Codec<std::string> password_file = Text();
  password_file.type = "path";
  password_file.range = "a file whose first line is the password";
  return {
      Section<Call>("call",
                    "A dialer to call: at an extension that sends all audio back, for about three seconds, one call "
                    "at a time. See media.md.")
          .Add({.name = "dialer", .help = "The name of its [[dialer]].", .example = R"("d1")", .required = true},
               &Call::dialer, Text())
          .Add({.name = "kind",
                .help = "What is spoken. WebRTC (\"webrtc\") is not in this version.",
                .example = R"("sip")",
                .required = true},
               &Call::kind, OneOf<std::string>("string", {"sip"}, as_is, {"webrtc"}))
          .Add({"target",
                "Where it is called. At each address that its name leads to, four at most, one after the other.",
                R"("sip:d1.example.com:5060;transport=tcp")", "the dialer's host, by UDP"},
               &Call::target, target)
          .Add({.name = "extension",
                .help = "What is dialled: an Echo() or the like.",
                .example = R"("9196")",
                .required = true},
               &Call::extension, UserText("an extension"))
          .Add({"username", "Who we are, where the dialer asks for a password.", R"("dialwatch")",
                "none: a dialer that asks for one refuses us"},
               &Call::username, UserText("a username"))
          .Add({"password_file",
                "The password is a secret, so it stands in a file of its own, which is read at each turn. A relative "
                "path is looked up in $CREDENTIALS_DIRECTORY where that is set, else beside the config.",
                R"("call-password")", "none; username needs it"},
               &Call::password_file, password_file)
          .Add({"realm", "The only realm that is told the password, hashed as it is.", R"("asterisk")",
                "the first that asks"},
               &Call::realm, Realm())
          .Add({"interval", "From one call to the next.", R"("60s")"}, &Call::interval, DurationBetween(10s, 1h))
          .Refuse("password",
                  "password is a secret: put it into a file and name that with password_file, so that it stays out of "
                  "configs and process lists")
          .Complete([](Call& call, const Settings& settings) {
            const Dialer* dialer = FindDialer(settings, call.dialer);
            if (call.target.host.empty() && dialer != nullptr) call.target.host = dialer->host;
          })
          .Check("account", CheckAccount)
          .CheckAgainst("dialer-exists", CheckDialer)
          .CheckAgainst("target-of-dialer", CheckTargetOfDialer)
          .Unique("dialer", [](const Call& call) { return std::vector{call.dialer}; })
          .Build(&Settings::calls)};
}

}  // namespace dialwatch::config
