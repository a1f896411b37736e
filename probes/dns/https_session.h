#pragma once

#include <functional>
#include <map>
#include <memory>

#include "probes/dns/line.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

// Transfers of libcurl that an event loop drives, and the connections they leave open for the next ones. Lives while a
// transfer or its owner holds it. Thread safety: none; use it on its loop's thread only.
class HttpsSession : public std::enable_shared_from_this<HttpsSession> {
 public:
  // `code` is a CURLcode.
  using Ended = std::function<void(int code)>;

  // Null where there is no memory.
  static std::shared_ptr<HttpsSession> Make(EventLoop& loop);
  ~HttpsSession();
  HttpsSession(const HttpsSession&) = delete;
  HttpsSession& operator=(const HttpsSession&) = delete;

  // `easy` is a CURL handle; its transfer begins from the loop. `ended` is called from there and may call Remove, which
  // also ends a transfer early; one that so ends without a word from the server since ends the session for new ones.
  bool Add(void* easy, Ended ended);
  void Remove(void* easy);

  // Whether another transfer may be added.
  bool Fit(DnsLine::Time now) const { return keep_.Fit(now); }

 private:
  struct Hooks;  // what libcurl calls
  struct FreeMulti {
    void operator()(void* multi) const;
  };
  explicit HttpsSession(EventLoop& loop);
  void Drive(int fd, int events);

  EventLoop& loop_;
  Timer timer_;
  std::map<int, std::unique_ptr<FdWatcher>> watchers_;
  struct Transfer {
    Ended ended;  // empty once called
    DnsLine::Time added_at;
  };
  std::map<void*, Transfer> transfers_;  // by easy handle
  KeepOpen keep_;
  std::unique_ptr<void, FreeMulti> multi_;  // ends first: it calls back while it does
};

}  // namespace dialwatch::probes
