#include "probes/sip/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/printable.h"

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr std::size_t kMaxRealms = 2;   // a proxy and the dialer behind it
constexpr std::size_t kMaxAnswers = 4;  // a realm and call: INVITE and BYE, each with a stale nonce

std::string Hash(SipHash hash, std::string_view text) {
  const EVP_MD* kind = hash == SipHash::kMd5 ? EVP_md5() : hash == SipHash::kSha256 ? EVP_sha256() : EVP_sha512_256();
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets;
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), octets.data(), &size, kind, nullptr) != 1) return {};
  return SipHex(std::span(octets).first(size));
}

std::optional<SipHash> HashNamed(std::string_view algorithm) {
  if (algorithm.empty() || SipEqual(algorithm, "MD5")) return SipHash::kMd5;
  if (SipEqual(algorithm, "SHA-256")) return SipHash::kSha256;
  if (SipEqual(algorithm, "SHA-512-256")) return SipHash::kSha512Half;
  return std::nullopt;
}

bool OffersAuth(std::string_view qop) {
  const auto options = SplitSip(qop, ',');
  return options && std::any_of(options->begin(), options->end(), [](auto each) { return SipEqual(each, "auth"); });
}

}  // namespace

std::optional<SipChallenge> ReadSipChallenge(std::string_view value) {
  const std::size_t space = std::min(value.find_first_of(" \t"), value.size());
  if (!SipEqual(value.substr(0, space), "Digest")) return std::nullopt;
  const auto pieces = SplitSip(value.substr(space), ',');
  if (!pieces) return std::nullopt;
  const SipParameters parameters = ReadSipParameters(*pieces, 0);
  const auto find = [&](std::string_view name) { return FindSipParameter(parameters, name); };
  const auto realm = find("realm"), nonce = find("nonce"), qop = find("qop"), opaque = find("opaque");
  SipChallenge challenge;
  challenge.algorithm = find("algorithm").value_or("");
  const auto hash = HashNamed(challenge.algorithm);
  if (!realm || !nonce || !hash || (qop && !OffersAuth(*qop))) return std::nullopt;
  challenge.realm = *realm;
  challenge.nonce = *nonce;
  if (opaque) challenge.opaque = std::string(*opaque);
  challenge.hash = *hash;
  challenge.qop = qop.has_value();
  challenge.stale = SipEqual(find("stale").value_or(""), "true");
  return challenge;
}

std::string WriteSipCredentials(const SipChallenge& challenge, const SipAccount& account, const SipDigestInput& input) {
  const auto hash = [&](std::string_view text) { return Hash(challenge.hash, text); };
  const std::string a1 = hash(fmt::format("{}:{}:{}", account.user, challenge.realm, account.password));
  const std::string a2 = hash(fmt::format("{}:{}", input.method, input.uri));
  const std::string count = fmt::format("{:08x}", input.count);
  const std::string response =
      challenge.qop ? hash(fmt::format("{}:{}:{}:{}:auth:{}", a1, challenge.nonce, count, input.cnonce, a2))
                    : hash(fmt::format("{}:{}:{}", a1, challenge.nonce, a2));
  std::string value = fmt::format("Digest username={}, realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\"",
                                  SipQuoted(account.user), challenge.realm, challenge.nonce, input.uri, response);
  if (!challenge.algorithm.empty()) value += fmt::format(", algorithm={}", challenge.algorithm);
  if (challenge.opaque) value += fmt::format(", opaque=\"{}\"", *challenge.opaque);
  if (challenge.qop) value += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", count, input.cnonce);
  return value;
}

base::Status SipAuthenticator::Take(const SipMessage& response) {
  const bool proxy = response.status == 407;
  if (account_.user.empty()) return Error{"it asks for a password, and none is configured"};
  std::vector<std::string> taken;  // realms: of each the topmost challenge that we can answer (RFC 8760 §2.4)
  for (const std::string_view line : response.FindLines(proxy ? "Proxy-Authenticate" : "WWW-Authenticate")) {
    auto challenge = ReadSipChallenge(line);
    if (!challenge || std::find(taken.begin(), taken.end(), challenge->realm) != taken.end()) continue;
    taken.push_back(challenge->realm);
    if (const auto answered = Answer(*std::move(challenge), proxy); !answered) return answered.error();
  }
  if (taken.empty()) return Error{"it asks for a password in a way that is not known here"};
  return {};
}

base::Status SipAuthenticator::Answer(SipChallenge challenge, bool proxy) {
  const std::string name = base::Printable(challenge.realm, 100);
  if (!account_.realm.empty() && challenge.realm != account_.realm) {
    return Error{
        fmt::format("the realm \"{}\" asks for the password, which is for \"{}\" alone", name, account_.realm)};
  }
  auto realm = std::find_if(realms_.begin(), realms_.end(),
                            [&](const Realm& each) { return each.challenge.realm == challenge.realm; });
  if (realm == realms_.end()) {
    if (realms_.size() == kMaxRealms)
      return Error{fmt::format("yet another realm, \"{}\", asks for the password", name)};
    realm = realms_.insert(realms_.end(), Realm());
  }
  const bool fresh = challenge.stale && challenge.nonce != realm->challenge.nonce;
  if ((realm->answered && !fresh) || realm->answers == kMaxAnswers) {
    return Error{fmt::format("the realm \"{}\" refuses the user or the password", name)};
  }
  *realm = {std::move(challenge), proxy, 0, true, realm->answers + 1};
  return {};
}

void SipAuthenticator::Accepted() {
  for (Realm& realm : realms_) realm.answered = false;
}

void SipAuthenticator::Sign(SipMessage& request) {
  for (Realm& realm : realms_) {
    const std::string cnonce = NewSipToken();
    const SipDigestInput input{request.method, request.uri, cnonce, ++realm.count};
    request.Add(realm.proxy ? "Proxy-Authorization" : "Authorization",
                WriteSipCredentials(realm.challenge, account_, input));
  }
}

}  // namespace dialwatch::probes
