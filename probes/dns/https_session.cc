#include "probes/dns/https_session.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace dialwatch::probes {
namespace {

constexpr long kMaxConnections = 8;  // kept open; one carries a hundred questions at a time

}  // namespace

struct HttpsSession::Hooks {
  static int OnSocket(CURL*, curl_socket_t fd, int what, void* user, void*) {
    auto& self = *static_cast<HttpsSession*>(user);
    if (what == CURL_POLL_REMOVE) {
      self.watchers_.erase(fd);
      return 0;
    }
    auto& watcher = self.watchers_[fd];
    if (!watcher) {
      watcher = std::make_unique<FdWatcher>(self.loop_, fd, [&self, fd](bool readable, bool writable) {
        self.Drive(fd, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
      });
    }
    if (what == CURL_POLL_IN) {  // not while it connects: that has the whole deadline
      setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &KeepOpen::kUnconfirmed, sizeof KeepOpen::kUnconfirmed);
    }
    watcher->Watch((what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
    return 0;
  }

  static int OnTimer(CURLM*, long milliseconds, void* user) {
    auto& self = *static_cast<HttpsSession*>(user);
    if (milliseconds < 0) {
      self.timer_.Stop();
    } else {
      self.timer_.Start(std::chrono::milliseconds(milliseconds), [&self] { self.Drive(CURL_SOCKET_TIMEOUT, 0); });
    }
    return 0;
  }
};

void HttpsSession::FreeMulti::operator()(void* multi) const {
  curl_multi_cleanup(multi);
}

std::shared_ptr<HttpsSession> HttpsSession::Make(EventLoop& loop) {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::shared_ptr<HttpsSession> session(new HttpsSession(loop));
  return initialized == CURLE_OK && session->multi_ ? session : nullptr;
}

HttpsSession::HttpsSession(EventLoop& loop) : loop_(loop), timer_(loop), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Hooks::OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Hooks::OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxConnections);
}

HttpsSession::~HttpsSession() = default;

bool HttpsSession::Add(void* easy, Ended ended) {
  if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) return false;
  keep_.used_at = std::chrono::steady_clock::now();
  transfers_[easy] = {std::move(ended), keep_.used_at};
  return true;
}

void HttpsSession::Remove(void* easy) {
  const auto transfer = transfers_.find(easy);
  if (transfer == transfers_.end()) return;
  if (transfer->second.ended) keep_.Unanswered(transfer->second.added_at);
  transfers_.erase(transfer);
  curl_multi_remove_handle(multi_.get(), easy);
}

void HttpsSession::Drive(int fd, int events) {
  const auto self = shared_from_this();  // what is told may end the last transfer
  int running = 0;
  curl_multi_socket_action(multi_.get(), fd, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    const auto transfer = transfers_.find(message->easy_handle);
    if (message->msg != CURLMSG_DONE || transfer == transfers_.end()) continue;
    const CURLcode code = message->data.result;
    if (code == CURLE_OK) keep_.heard_at = std::chrono::steady_clock::now();
    const Ended ended = std::exchange(transfer->second.ended, nullptr);
    ended(code);
  }
}

}  // namespace dialwatch::probes
