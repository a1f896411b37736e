#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/sip/message.h"

namespace dialwatch::probes {

// Who we are to a dialer. Without a user every challenge ends the call.
struct SipAccount {
  std::string user = {};
  std::string password = {};
  std::string realm = {};  // the only one that is answered; empty: the first that asks
};

enum class SipHash : std::uint8_t { kMd5, kSha256, kSha512Half };  // RFC 8760 §2: MD5, SHA-256, SHA-512-256

// One WWW-Authenticate or Proxy-Authenticate (RFC 3261 §20.44, RFC 8760). Its texts are kept as they stood between the
// quotes, since they are hashed and sent back as they came.
struct SipChallenge {
  std::string realm;
  std::string nonce;
  std::optional<std::string> opaque;
  SipHash hash = SipHash::kMd5;
  std::string algorithm;  // as written; empty: not named
  bool qop = false;       // qop=auth; without it the answer is that of RFC 2069
  bool stale = false;     // the password was right, the nonce too old
};

// Nothing for another scheme, algorithm or qop than ours.
std::optional<SipChallenge> ReadSipChallenge(std::string_view value);

// What one answer hashes besides the challenge.
struct SipDigestInput {
  std::string_view method;
  std::string_view uri;
  std::string_view cnonce;
  std::uint32_t count = 1;  // how often the nonce was used, this time included
};

// The value of Authorization or Proxy-Authorization (RFC 7616 §3.4).
std::string WriteSipCredentials(const SipChallenge& challenge, const SipAccount& account, const SipDigestInput& input);

// Answers the challenges of one call. Each realm gets one answer, and another only where it says that the nonce was
// stale or where it had taken the first: a server that asks again and again collects no hashes to search the password
// in. Thread safety: none.
class SipAuthenticator {
 public:
  explicit SipAuthenticator(SipAccount account) : account_(std::move(account)) {}

  // Takes the challenges of a 401 or 407; an error where there is nothing to answer it with.
  base::Status Take(const SipMessage& response);
  // A request with credentials got another answer than 401 and 407.
  void Accepted();
  // Adds the credentials to a request that has its method and URI.
  void Sign(SipMessage& request);

 private:
  struct Realm {
    SipChallenge challenge;
    bool proxy = false;
    std::uint32_t count = 0;  // of the nonce
    bool answered = false;    // and not yet accepted
    std::size_t answers = 0;
  };

  base::Status Answer(SipChallenge challenge, bool proxy);

  SipAccount account_;
  std::vector<Realm> realms_;
};

}  // namespace dialwatch::probes
