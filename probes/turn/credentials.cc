#include "probes/turn/credentials.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace dialwatch::probes {
namespace {

constexpr std::chrono::hours kLifetime(1);

std::string Base64(std::span<const std::uint8_t> octets) {
  std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets.data(), static_cast<int>(octets.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

base::Result<TurnCredentials> ReadTurnCredentials(const config::Turn& server, const config::SecretFolders& folders,
                                                  base::TimePoint now) {
  const bool shared = !server.secret_file.empty();
  const std::string path = LocateSecret(shared ? server.secret_file : server.password_file, folders);
  const auto secret = config::ReadSecretLine(path);
  if (!secret) {
    return base::Error{fmt::format("{} {}: {}; its first line is to be the {}",
                                   shared ? "secret_file" : "password_file", path, secret.error().what,
                                   shared ? "shared secret" : "password")};
  }
  if (shared) return MakeTurnCredentials(*secret, server.username, now + kLifetime);
  return TurnCredentials{server.username, *secret};
}

TurnCredentials MakeTurnCredentials(std::string_view secret, std::string_view name, base::TimePoint until) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(until.time_since_epoch()).count();
  TurnCredentials made;
  made.username = name.empty() ? fmt::format("{}", seconds) : fmt::format("{}:{}", seconds, name);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(made.username.data()), made.username.size(), digest.data(), &size);
  made.password = Base64(std::span(digest).first(size));
  return made;
}

TurnKey LongTermKey(const TurnCredentials& credentials, std::string_view realm) {
  const std::string text = fmt::format("{}:{}:{}", credentials.username, realm, credentials.password);
  TurnKey key(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), key.data(), &size, EVP_md5(), nullptr) != 1) size = 0;
  key.resize(size);
  return key;
}

}  // namespace dialwatch::probes
