#include "probes/dns/https_line.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/lower.h"
#include "base/printable.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxMessage = 65535;               // RFC 8484 §6
constexpr std::size_t kMaxHead = std::size_t{64} << 10;  // octets of header fields
constexpr std::string_view kMediaType = "application/dns-message";

std::string_view Header(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return {};
  return header->value;
}

curl_off_t Number(CURL* easy, CURLINFO info) {
  curl_off_t number = 0;
  curl_easy_getinfo(easy, info, &number);
  return number;
}

long SmallNumber(CURL* easy, CURLINFO info) {
  long number = 0;
  curl_easy_getinfo(easy, info, &number);
  return number;
}

}  // namespace

struct HttpsLine::Hooks {
  // What is not taken whole ends the transfer.
  static std::size_t OnHeader(char*, std::size_t one, std::size_t count, void* user) {
    auto& self = *static_cast<HttpsLine*>(user);
    self.head_size_ += one * count;
    if (self.head_size_ <= kMaxHead) return one * count;
    self.fault_ = fmt::format("header fields of more than {} octets", kMaxHead);
    return 0;
  }

  static std::size_t OnBody(char* data, std::size_t one, std::size_t count, void* user) {
    auto& self = *static_cast<HttpsLine*>(user);
    const std::size_t size = one * count;
    if (self.body_.empty()) self.fault_ = self.HeadFault();
    if (self.fault_.empty() && self.body_.size() + size > kMaxMessage) {
      self.fault_ = fmt::format("a body of more than {} octets", kMaxMessage);
    }
    if (!self.fault_.empty()) return 0;
    self.body_.insert(self.body_.end(), data, data + size);
    return size;
  }
};

void HttpsLine::FreeEasy::operator()(void* easy) const {
  curl_easy_cleanup(easy);
}

void HttpsLine::FreeList::operator()(curl_slist* list) const {
  curl_slist_free_all(list);
}

HttpsLine::HttpsLine(const HttpsTarget& target, std::shared_ptr<HttpsSession> session)
    : target_(target), session_(std::move(session)), easy_(curl_easy_init()) {
  if (easy_) SetUp();
}

HttpsLine::~HttpsLine() {
  session_->Remove(easy_.get());
}

void HttpsLine::SetUp() {
  CURL* easy = easy_.get();
  headers_.reset(curl_slist_append(nullptr, "Content-Type: application/dns-message"));
  curl_slist_append(headers_.get(), "Accept: application/dns-message");
  connect_to_.reset(curl_slist_append(nullptr, ("::" + target_.server.ToString()).c_str()));
  curl_easy_setopt(easy, CURLOPT_URL, target_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to_.get());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);  // rather a stream of a connection than a connection
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (const char* file = std::getenv("SSL_CERT_FILE")) curl_easy_setopt(easy, CURLOPT_CAINFO, file);
  if (const char* folder = std::getenv("SSL_CERT_DIR")) curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
  if (target_.bind && target_.bind->is_v6() == target_.server.address.is_v6()) {
    curl_easy_setopt(easy, CURLOPT_INTERFACE, ("host!" + target_.bind->ToString()).c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Hooks::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Hooks::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why_.data());
}

std::optional<DnsFailure> HttpsLine::Send(const DnsQuery& query, Receive receive) {
  query_ = query;
  receive_ = std::move(receive);
  sent_at_ = std::chrono::steady_clock::now();
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(query_.size));
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, query_.octets.data());
  if (easy_ && session_->Add(easy_.get(), [this](int code) { OnEnd(code); })) return std::nullopt;
  return DnsFailure{DnsOutcome::kNotAsked, "libcurl: no memory"};
}

std::string_view HttpsLine::Awaited() const {
  if (Number(easy_.get(), CURLINFO_PRETRANSFER_TIME_T) > 0) return {};
  return SmallNumber(easy_.get(), CURLINFO_LOCAL_PORT) > 0 ? "the TLS handshake" : "the TCP connection";
}

void HttpsLine::OnEnd(int code) {
  const Receive receive = receive_;  // a copy: the receiver may destroy the line
  if (code == CURLE_OK) fault_ = HeadFault();
  if (!fault_.empty()) {
    receive({.failure = DnsFailure{DnsOutcome::kHttpFailed, fault_}});
  } else if (code != CURLE_OK) {
    receive({.failure = Explain(code)});
  } else {
    CURL* easy = easy_.get();
    const auto round_trip = Number(easy, CURLINFO_TOTAL_TIME_T) - Number(easy, CURLINFO_PRETRANSFER_TIME_T);
    sent_at_ = std::chrono::steady_clock::now() - std::chrono::microseconds(round_trip);
    if (!receive({.message = body_, .age = Age()})) return;
    receive({.failure = DnsFailure{DnsOutcome::kMalformed, "the body is no reply to the question"}});
  }
}

// Empty where the head is that of a DNS message (RFC 8484 §4.2).
std::string HttpsLine::HeadFault() const {
  CURL* easy = easy_.get();
  if (const long version = SmallNumber(easy, CURLINFO_HTTP_VERSION); version < CURL_HTTP_VERSION_2_0) {
    return "HTTP/1.1, where DNS needs HTTP/2";  // RFC 8484 §5.2
  }
  if (const long status = SmallNumber(easy, CURLINFO_RESPONSE_CODE); status != 200) {
    return fmt::format("HTTP {}", status);
  }
  std::string_view type = Header(easy, "Content-Type");
  if (type.empty()) return "no content type";
  const std::string_view media = type.substr(0, type.find_first_of("; \t"));
  return base::Lower(media) == kMediaType ? "" : fmt::format("content type {}", base::Printable(type, 100));
}

// RFC 9111 §5.1; what is no number of seconds is ignored.
std::chrono::seconds HttpsLine::Age() const {
  const std::string_view text = Header(easy_.get(), "Age");
  std::uint32_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec == std::errc::result_out_of_range) return std::chrono::seconds(UINT32_MAX);
  return std::chrono::seconds(read.ptr == text.data() + text.size() ? seconds : 0);
}

DnsFailure HttpsLine::Explain(int code) const {
  CURL* easy = easy_.get();
  const auto words = [&] {
    return base::Printable(why_[0] != 0 ? why_.data() : curl_easy_strerror(static_cast<CURLcode>(code)), 200);
  };
  const bool stale = SmallNumber(easy, CURLINFO_NUM_CONNECTS) == 0 && SmallNumber(easy, CURLINFO_RESPONSE_CODE) == 0;
  const long error = SmallNumber(easy, CURLINFO_OS_ERRNO);
  switch (code) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_SSL_CACERT_BADFILE:
      return {DnsOutcome::kNotAsked, words()};
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      if (error != 0) return probes::FailureOf({static_cast<int>(error), std::generic_category()});
      return {DnsOutcome::kUnreachable, words()};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PEER_FAILED_VERIFICATION:
      return {DnsOutcome::kTlsFailed, words()};
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return {DnsOutcome::kUnreachable, words(), stale};
    default:
      return {DnsOutcome::kHttpFailed, words(), stale};
  }
}

}  // namespace dialwatch::probes
