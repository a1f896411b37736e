#include "probes/train/key_file.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "config/regular_file.h"

namespace dialwatch::probes {
namespace {

using base::Error;
using base::Result;

constexpr std::size_t kMostKeys = 2;
constexpr std::size_t kFewestOctets = 16, kMostOctets = 64;  // RFC 2104 §3: beyond the block of 64 more does not help
constexpr std::size_t kLargestFile = 1 << 12;
constexpr std::string_view kBlank = " \t\r";

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

// RFC 4648 §4, padded.
std::optional<std::vector<std::uint8_t>> DecodeBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > kLargestFile) return std::nullopt;
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  if (padding > 2) return std::nullopt;
  std::vector<std::uint8_t> octets(text.size() / 4 * 3);
  const auto* encoded = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DecodeBlock(octets.data(), encoded, static_cast<int>(text.size())) < 0) return std::nullopt;
  octets.resize(octets.size() - padding);
  return octets;
}

Result<TrainKey> ParseLine(std::string_view line) {
  const std::size_t end = std::min(line.find_first_of(kBlank), line.size());
  std::uint8_t id = 0;
  const auto read = std::from_chars(line.data(), line.data() + end, id);
  if (read.ec != std::errc() || read.ptr != line.data() + end) {
    return Error{"begin it with the key's ID, a number from 0 to 255"};
  }
  auto secret = DecodeBase64(Trim(line.substr(end)));
  if (!secret) return Error{"the key is not Base64; make one with `openssl rand -base64 32`"};
  if (secret->size() < kFewestOctets || secret->size() > kMostOctets) {
    return Error{fmt::format("the key has {} octets; {} to {} are wanted, make 32 with `openssl rand -base64 32`",
                             secret->size(), kFewestOctets, kMostOctets)};
  }
  TrainKey key(id, *secret);
  OPENSSL_cleanse(secret->data(), secret->size());
  return key;
}

}  // namespace

Result<TrainKeys> ParseTrainKeys(std::string_view text) {
  TrainKeys keys;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    auto key = ParseLine(line);
    if (!key) return Error{fmt::format("line {}: {}", number, key.error().what)};
    if (FindTrainKey(keys, key->id()) != nullptr) {
      return Error{fmt::format("line {}: the ID {} is there twice; each key has its own", number, key->id())};
    }
    if (keys.size() == kMostKeys) return Error{fmt::format("line {}: there are two keys already, the most", number)};
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return Error{"there is no key in it; write a line \"1 \" and `openssl rand -base64 32`"};
  return keys;
}

Result<TrainKeys> ReadTrainKeyFile(const std::string& path) {
  auto text = config::ReadRegularFile(path, kLargestFile);
  if (!text) return Error{fmt::format("{}: {}", path, text.error().what)};
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || (info.st_mode & S_IRWXO) != 0) {
    return Error{fmt::format("{}: everybody may open it, but its keys are secret; chmod o= it", path)};
  }
  auto keys = ParseTrainKeys(*text);
  OPENSSL_cleanse(text->data(), text->size());
  if (!keys) return Error{fmt::format("{}: {}", path, keys.error().what)};
  return keys;
}

}  // namespace dialwatch::probes
