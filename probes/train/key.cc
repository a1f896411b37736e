#include "probes/train/key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdlib>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kSha256Size = 32;

}  // namespace

void TrainKey::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

TrainKey::TrainKey(std::uint8_t id, std::span<const std::uint8_t> secret) : id_(id) {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  context_.reset(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  // fails only where the library has no HMAC or no memory: then nothing that we send would be believed
  if (!context_ || EVP_MAC_init(context_.get(), secret.data(), secret.size(), params) != 1) std::abort();
}

TrainMac TrainKey::Sign(std::span<const std::uint8_t> octets) const {
  std::array<std::uint8_t, kSha256Size> whole{};
  std::size_t size = 0;
  if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1 ||  // the same key again
      EVP_MAC_update(context_.get(), octets.data(), octets.size()) != 1 ||
      EVP_MAC_final(context_.get(), whole.data(), &size, whole.size()) != 1) {
    std::abort();  // an unsigned packet must not pass for a signed one
  }
  TrainMac mac{};
  std::copy_n(whole.begin(), mac.size(), mac.begin());
  return mac;
}

bool TrainKey::Verify(std::span<const std::uint8_t> octets, std::span<const std::uint8_t> mac) const {
  const TrainMac right = Sign(octets);
  return mac.size() == right.size() && CRYPTO_memcmp(mac.data(), right.data(), right.size()) == 0;
}

const TrainKey* FindTrainKey(const TrainKeys& keys, std::uint8_t id) {
  const auto found = std::ranges::find(keys, id, &TrainKey::id);
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace dialwatch::probes
