#include "config/sections.h"

namespace dialwatch::config {
namespace {

// The webhook's URL is a secret: whoever writes it here by mistake must not find it in our error, and so in the log.
template <typename Value>
Codec<Value> NotUrl(Codec<Value> codec) {
  codec.read = [read = codec.read](const Node& node, Errors& errors) -> std::optional<Value> {
    if (std::get<std::string>(node.value).find("://") == std::string::npos) return read(node, errors);
    errors.Add(node.at, "this is a URL; put it into a file and name that with url_file");
    return std::nullopt;
  };
  return codec;
}

Codec<std::string> SecretFile() {
  Codec<std::string> codec = NotUrl(Text());
  codec.type = "path";
  codec.range = "a file whose first line is the URL";
  return codec;
}

}  // namespace

std::vector<AnySection> ReceiverSections() {
  const std::vector<std::string> kinds{"slack"};
  const auto as_is = [](const std::string& text) { return text; };
  return {
      Section<Receiver>("receiver", "Who is told of incidents.")
          .Add({.name = "name", .help = "What logs and metrics call it.", .example = R"("oncall")", .required = true},
               &Receiver::name, NotUrl(Text()))
          .Add({.name = "kind", .help = "How it is told.", .example = R"("slack")", .required = true}, &Receiver::kind,
               NotUrl(OneOf("string", kinds, as_is, {"alertmanager", "pagerduty", "teams", "discord", "webhook"})))
          .Add({.name = "url_file",
                .help =
                    "The webhook's URL is a secret, so it stands in a file of its own, which is read when a message is "
                    "sent. A relative path is looked up in $CREDENTIALS_DIRECTORY where that is set, else beside "
                    "the config.",
                .example = R"("slack-url")",
                .required = true},
               &Receiver::url_file, SecretFile())
          .Add({"min_severity", "The least severity that is told.", R"("warning")"}, &Receiver::min_severity,
               NotUrl(OneOf<Severity>()))
          .Refuse(
              "url",
              "url is a secret: put it into a file and name that with url_file, so that it stays out of configs and "
              "process lists")
          .Unique("name", [](const Receiver& receiver) { return std::vector{receiver.name}; })
          .Build(&Settings::receivers)};
}

}  // namespace dialwatch::config
