#include <fmt/format.h>

#include "config/ice_uri.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

base::Result<IceUri> ParseTurnUri(std::string_view text) {
  auto uri = ParseIceUri(text);
  if (uri && !uri->relay) return base::Error{fmt::format("\"{}\" is no relay: its place is [[stun]]", text)};
  return uri;
}

// Where either file is missing or both are there, nobody could tell which credentials are meant.
void CheckCredentials(const Entry<Turn>& entry, Errors& errors) {
  const Turn& turn = entry.value;
  if (turn.password_file.empty() == turn.secret_file.empty()) {
    errors.Add(entry.at,
               "exactly one is needed: password_file, for a username with a password, or secret_file, for a "
               "server that shares a secret (coturn's use-auth-secret)");
  } else if (turn.username.empty() && !turn.password_file.empty()) {
    errors.Add(entry.At("password_file"), "password_file: it needs a username; write it like username = \"webphone\"");
  }
}

constexpr std::size_t kLongestUsername = 480;  // RFC 8489 §14.3: fewer than 509 octets; a time may stand in front

Codec<std::string> Username() {
  Codec<std::string> codec = Text();
  codec.range = fmt::format("at most {} octets", kLongestUsername);
  codec.read = [read = codec.read](const Node& node, Errors& errors) -> std::optional<std::string> {
    auto name = read(node, errors);
    if (name && name->size() > kLongestUsername) {
      errors.Add(node.at, fmt::format("it is longer than {} octets", kLongestUsername));
    }
    return name;
  };
  return codec;
}

Codec<std::string> SecretPath(std::string range) {
  Codec<std::string> codec = Text();
  codec.type = "path";
  codec.range = std::move(range);
  return codec;
}

std::string Refusal(std::string_view key, std::string_view file) {
  return fmt::format(
      "{} is a secret: put it into a file and name that with {}, so that it stays out of configs and "
      "process lists",
      key, file);
}

}  // namespace

std::vector<AnySection> TurnSections() {
  const auto uri = FromText<IceUri>("URI", "turn:host[:port], with ?transport=tcp for TCP, or turns: for TLS",
                                    ParseTurnUri, FormatIceUri);
  return {
      Section<Turn>(
          "turn",
          "A TURN relay to send through: a little media goes to it and back, as that of a call would, and trains "
          "of RTP through it to each dialer with a reflector.")
          .Add({"name", "What messages and metrics call it.", R"("telnyx-relay")", "the host"}, &Turn::name, Text())
          .Add({.name = "uri",
                .help =
                    "Where it is. Without a port SRV records say; where there are none, 3478 counts, 5349 for turns:.",
                .example = R"("turn:turn.telnyx.com:3478?transport=udp")",
                .required = true},
               &Turn::uri, uri)
          .Add({"username",
                "The name to log in with. With secret_file it follows the time in the name that is made up, and may be "
                "left out.",
                R"("webphone")", "none; password_file needs it"},
               &Turn::username, Username())
          .Add({"password_file",
                "The password is a secret, so it stands in a file of its own, which is read at each turn. A relative "
                "path is looked up in $CREDENTIALS_DIRECTORY where that is set, else beside the config.",
                R"("turn-password")", "none; this or secret_file is needed"},
               &Turn::password_file, SecretPath("a file whose first line is the password"))
          .Add({"secret_file",
                "The secret that the server shares with whoever gives out credentials (coturn's use-auth-secret): a "
                "name and password for an hour are made of it. The path is looked up as that of password_file.",
                R"("turn-secret")", "none; this or password_file is needed"},
               &Turn::secret_file, SecretPath("a file whose first line is the secret"))
          .Add({"expect_relayed",
                "The addresses that the relay may give to calls. Empty: any public one, and of a relay in a private "
                "network any.",
                R"(["198.51.100.20"])"},
               &Turn::expect_relayed, ListOf("addresses", Address()))
          .Refuse("password", Refusal("password", "password_file"))
          .Refuse("secret", Refusal("secret", "secret_file"))
          .Complete([](Turn& turn, const Settings&) {
            if (turn.name.empty()) turn.name = turn.uri.host;
          })
          .Check("credentials", CheckCredentials)
          .Unique("name", [](const Turn& turn) { return std::vector{turn.name}; })
          .Unique("uri", [](const Turn& turn) { return std::vector{turn.uri.ServerText()}; })
          .Build(&Settings::turn_servers)};
}

}  // namespace dialwatch::config
