#include "alerting/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <map>
#include <string_view>

namespace dialwatch::alerting {
namespace {

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListFreer {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Request {
  std::uint64_t token = 0;
  std::string body;
  std::size_t received = 0;
  bool head_complete = false;
  std::unique_ptr<CURL, EasyCloser> easy;
};

// Zero ends the transfer.
std::size_t Count(Request& request, std::size_t size) {
  request.received += size;
  return request.received > HttpClient::kMaxReply ? 0 : size;
}

std::size_t OnHeader(char* data, std::size_t one, std::size_t size, void* context) {
  auto& request = *static_cast<Request*>(context);
  const std::string_view line(data, size);
  request.head_complete = line == "\r\n" || line == "\n";
  return Count(request, one * size);
}

std::size_t OnBody(char*, std::size_t one, std::size_t size, void* context) {
  return Count(*static_cast<Request*>(context), one * size);
}

HttpOutcome OutcomeOf(const Request& request, CURLcode code) {
  using enum HttpOutcome::Kind;
  HttpOutcome outcome;
  curl_easy_getinfo(request.easy.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
  curl_off_t retry_after = 0;
  curl_easy_getinfo(request.easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
  if (retry_after > 0) outcome.retry_after = std::chrono::seconds(std::min<curl_off_t>(retry_after, 86'400));

  // A whole head is an answer, whatever becomes of the body that nobody reads.
  const bool answered = code == CURLE_OK || (request.head_complete && outcome.status >= 200);
  outcome.kind = answered                                                            ? kAnswered
                 : code == CURLE_OPERATION_TIMEDOUT                                  ? kTimeout
                 : code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ? kBadUrl
                                                                                     : kNetwork;
  outcome.why = answered ? fmt::format("HTTP {}", outcome.status) : curl_easy_strerror(code);
  return outcome;
}

}  // namespace

class HttpClient::Impl {
 public:
  explicit Impl(Duration timeout) : timeout_(timeout) {
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialized);
    multi_.reset(curl_multi_init());
    curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
    headers_.reset(curl_slist_append(headers, "Expect:"));  // a webhook need not be asked before it gets 10 kB
  }

  ~Impl() {
    for (const auto& [easy, request] : requests_) curl_multi_remove_handle(multi_.get(), easy);
  }

  void Post(std::uint64_t token, const std::string& url, const std::string& body) {
    auto request = std::make_unique<Request>();
    request->token = token;
    request->body = body;
    request->easy.reset(curl_easy_init());
    CURL* easy = request->easy.get();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request->body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "dialwatch");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a resolver thread that hangs must not hold up the others
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, request.get());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request.get());
    curl_multi_add_handle(multi_.get(), easy);
    requests_[easy] = std::move(request);
  }

  std::vector<HttpResult> Wait(Duration longest) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    std::vector<HttpResult> results = TakeEnded();
    if (!results.empty()) return results;
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::max<Duration::rep>(longest.count(), 0)), nullptr);
    curl_multi_perform(multi_.get(), &running);
    return TakeEnded();
  }

  void Wake() { curl_multi_wakeup(multi_.get()); }
  std::size_t in_flight() const { return requests_.size(); }

 private:
  std::vector<HttpResult> TakeEnded() {
    std::vector<HttpResult> results;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      CURL* easy = message->easy_handle;
      const auto request = requests_.find(easy);
      results.push_back({request->second->token, OutcomeOf(*request->second, code)});
      curl_multi_remove_handle(multi_.get(), easy);
      requests_.erase(request);
    }
    return results;
  }

  const Duration timeout_;
  std::unique_ptr<CURLM, MultiCloser> multi_;
  std::unique_ptr<curl_slist, ListFreer> headers_;
  std::map<CURL*, std::unique_ptr<Request>> requests_;
};

HttpClient::HttpClient(Duration timeout) : impl_(std::make_unique<Impl>(timeout)) {}
HttpClient::~HttpClient() = default;
void HttpClient::Post(std::uint64_t token, const std::string& url, const std::string& body) {
  impl_->Post(token, url, body);
}
std::vector<HttpResult> HttpClient::Wait(Duration longest) {
  return impl_->Wait(longest);
}
void HttpClient::Wake() {
  impl_->Wake();
}
std::size_t HttpClient::in_flight() const {
  return impl_->in_flight();
}

}  // namespace dialwatch::alerting
