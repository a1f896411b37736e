#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "config/secret_file.h"
#include "config/settings.h"
#include "probes/turn/message.h"

namespace dialwatch::probes {

// What one logs in with. A secret: it goes into no sample and no log.
struct TurnCredentials {
  std::string username;
  std::string password;
};

// As the config says: the name with the password of its file, or, made from the shared secret, credentials that last
// for an hour. An error names the file, never its content.
base::Result<TurnCredentials> ReadTurnCredentials(const config::Turn& server, const config::SecretFolders& folders,
                                                  base::TimePoint now);

// Time-limited ones as coturn's use-auth-secret takes them: "<Unix time of the end>[:name]" and the base64 of its
// HMAC-SHA1 (draft-uberti-behave-turn-rest-00, §2.2).
TurnCredentials MakeTurnCredentials(std::string_view secret, std::string_view name, base::TimePoint until);

// The key of long-term credentials (RFC 8489 §9.2.2). The password is taken as it is, without OpaqueString (RFC 8265).
// Empty where this machine's OpenSSL has no MD5.
TurnKey LongTermKey(const TurnCredentials& credentials, std::string_view realm);

}  // namespace dialwatch::probes
