#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/ice_uri.h"
#include "probes/policy/comments.h"

namespace dialwatch::probes {

// A STUN or TURN server that a text names, where it stands first. What stands beside it, such as a user or password,
// is not kept.
struct IceServer {
  std::size_t line = 1, column = 1;  // of the file, from 1; the column in octets
  std::string text = {};             // as written: "stun:stun.example.com", "stunaddr=stun.example.com:3478"
  std::optional<config::IceUri> uri = {};
  std::string error = {};  // why it cannot be read; empty where there is a URI
  std::size_t times = 1;   // how often it stands there

  bool operator==(const IceServer&) const = default;
};

struct IceServers {
  static constexpr std::size_t kMost = 256;  // different ones a text

  std::vector<IceServer> found;  // in their order in the text
  bool cut = false;              // there are more
};

// Finds each "stun:", "stuns:", "turn:", "turns:" URI that begins a string or stands for itself, and each value of
// Asterisk's stunaddr and turnaddr. Servers that a script puts together while it runs ("stun:" + host) are not seen.
IceServers ExtractIceServers(const std::string& text, Syntax syntax);

}  // namespace dialwatch::probes
