#include "probes/policy/web_page.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/lower.h"
#include "base/printable.h"

namespace dialwatch::probes {
namespace {

using base::Error;
using base::Lower;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr long kMostRedirects = 3;
constexpr std::size_t kMostHead = std::size_t{64} << 10;  // octets of header fields, redirects included

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

struct Transfer {
  std::stop_token stop;
  Fence& fence;
  std::string refused = {};  // the address that the fence kept us from
  std::string body = {};
  std::size_t head_size = 0;
  bool too_large = false;
  std::array<char, CURL_ERROR_SIZE> why{};
};

curl_socket_t OnSocket(void* user, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(user);
  const base::IpAddress address = base::Endpoint::FromSockaddr(&to->addr).address;
  if (transfer.fence.Lets(address)) return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  transfer.refused = address.ToString();
  return CURL_SOCKET_BAD;
}

// What is not taken whole ends the transfer.
std::size_t OnHeader(char*, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.fence.led = true;
  transfer.head_size += one * count;
  return transfer.head_size > kMostHead ? 0 : one * count;
}

std::size_t OnBody(char* data, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t size = one * count;
  transfer.too_large = transfer.body.size() + size > WebReader::kMostBody;
  if (transfer.too_large) return 0;
  transfer.body.append(data, size);
  return size;
}

// Called once a second at least; what is not zero ends the transfer.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

void SetUp(CURL* easy, const std::string& url, Transfer& transfer, milliseconds left) {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMostRedirects);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "dialwatch");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");  // who compresses all the same is read, within kMostBody
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OnSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a resolver thread that hangs must not hold up the others
  if (const char* file = std::getenv("SSL_CERT_FILE")) curl_easy_setopt(easy, CURLOPT_CAINFO, file);
  if (const char* folder = std::getenv("SSL_CERT_DIR")) curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.why.data());
}

Error Explain(CURLcode code, const Transfer& transfer, milliseconds patience) {
  if (transfer.too_large) return {fmt::format("is larger than {} MiB, the limit", WebReader::kMostBody >> 20)};
  if (transfer.head_size > kMostHead) return {fmt::format("has header fields of more than {} KiB", kMostHead >> 10)};
  if (!transfer.refused.empty()) {
    return {
        fmt::format("leads to {}, inside our own network, where nothing outside may lead; name that place itself if "
                    "it is meant",
                    transfer.refused)};
  }
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return {"was not read, since dialwatch stops"};
    case CURLE_OPERATION_TIMEDOUT:
      return {fmt::format("did not come within {} s", std::chrono::duration<double>(patience).count())};
    case CURLE_TOO_MANY_REDIRECTS:
      return {fmt::format("redirects more than {} times", kMostRedirects)};
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {"redirects to what is neither http nor https"};
    default:
      return {base::Printable(transfer.why[0] != 0 ? transfer.why.data() : curl_easy_strerror(code), 200)};
  }
}

using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string PartOf(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string OriginOf(const Url& url) {
  return Lower(fmt::format("{}://{}:{}", PartOf(url, CURLUPART_SCHEME), PartOf(url, CURLUPART_HOST),
                           PartOf(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)));
}

// The value of the attribute `src` in a tag, or nothing.
std::string SourceIn(std::string_view tag) {
  const std::string lower = Lower(tag);
  constexpr std::string_view kBlanks = " \t\r\n\f";
  for (std::size_t at = 0; (at = lower.find("src", at)) != std::string::npos; at += 3) {
    if (at == 0 || kBlanks.find(lower[at - 1]) == std::string_view::npos) continue;
    std::size_t value = lower.find_first_not_of(kBlanks, at + 3);
    if (value == std::string::npos || lower[value] != '=') continue;
    value = lower.find_first_not_of(kBlanks, value + 1);
    if (value == std::string::npos) return "";
    const bool quoted = lower[value] == '"' || lower[value] == '\'';
    const std::size_t from = value + (quoted ? 1 : 0);
    const std::size_t end = quoted ? lower.find(lower[value], from) : lower.find_first_of(kBlanks, from);
    return std::string(tag.substr(from, end == std::string::npos ? end : end - from));
  }
  return "";
}

}  // namespace

bool Fence::Lets(const base::IpAddress& address) {
  if (led) return inside || !is_ours(address);
  inside = inside || is_ours(address);
  return true;
}

WebReader::WebReader(std::stop_token stop, milliseconds patience, Fence fence)
    : stop_(std::move(stop)),
      deadline_(steady_clock::now() + patience),
      patience_(patience),
      fence_(std::move(fence)) {}

base::Result<WebPage> WebReader::Get(const std::string& url) {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, FreeEasy> easy(initialized == CURLE_OK ? curl_easy_init() : nullptr);
  if (!easy) return Error{"libcurl: no memory"};
  Transfer transfer{.stop = stop_, .fence = fence_};
  const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - steady_clock::now());
  constexpr milliseconds kTooShort(10);  // libcurl may end a transfer a little before its time
  if (left < kTooShort) return Explain(CURLE_OPERATION_TIMEDOUT, transfer, patience_);
  SetUp(easy.get(), url, transfer, left);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) return Explain(code, transfer, patience_);
  long status = 0;
  const char *type = nullptr, *found_at = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return Error{fmt::format("HTTP {}", status)};
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  curl_easy_getinfo(easy.get(), CURLINFO_EFFECTIVE_URL, &found_at);
  return WebPage{found_at == nullptr ? url : found_at, Lower(type == nullptr ? "" : type), std::move(transfer.body)};
}

std::vector<std::string> ScriptSources(std::string_view html, std::size_t most) {
  std::vector<std::string> sources;
  constexpr std::string_view kTag = "<script";
  const std::string lower = Lower(html);
  for (std::size_t at = 0; sources.size() < most && (at = lower.find(kTag, at)) != std::string::npos;) {
    at += kTag.size();
    const std::size_t end = lower.find('>', at);
    if (end == std::string::npos) break;
    std::string source = SourceIn(html.substr(at, end - at));
    if (!source.empty()) sources.push_back(std::move(source));
    at = end;
  }
  return sources;
}

std::optional<std::string> ResolveSameOrigin(const std::string& base, const std::string& reference) {
  const Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const std::string origin = OriginOf(url);
  if (curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK) return std::nullopt;
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  if (OriginOf(url) != origin || !PartOf(url, CURLUPART_USER).empty()) return std::nullopt;
  return PartOf(url, CURLUPART_URL);
}

}  // namespace dialwatch::probes
