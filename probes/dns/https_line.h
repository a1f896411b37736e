#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "probes/dns/https_lines.h"

struct curl_slist;

namespace dialwatch::probes {

// One request of DNS over HTTPS: a POST of the query with the ID 0 (RFC 8484 §4.1). A reply that is no DNS message is
// not read to its end. Thread safety: none; use it on its loop's thread only.
class HttpsLine : public DnsLine {
 public:
  // `target` outlives the line.
  HttpsLine(const HttpsTarget& target, std::shared_ptr<HttpsSession> session);
  ~HttpsLine() override;
  HttpsLine(const HttpsLine&) = delete;
  HttpsLine& operator=(const HttpsLine&) = delete;

  std::optional<DnsFailure> Send(const DnsQuery& query, Receive receive) override;
  const DnsQuery& query() const override { return query_; }
  Time sent_at() const override { return sent_at_; }
  std::string_view Awaited() const override;

 private:
  struct Hooks;  // what libcurl calls
  struct FreeEasy {
    void operator()(void* easy) const;
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };
  void SetUp();
  void OnEnd(int code);
  std::string HeadFault() const;
  std::chrono::seconds Age() const;
  DnsFailure Explain(int code) const;

  const HttpsTarget& target_;
  const std::shared_ptr<HttpsSession> session_;
  std::unique_ptr<curl_slist, FreeList> headers_, connect_to_;
  std::unique_ptr<void, FreeEasy> easy_;

  DnsQuery query_;
  Receive receive_;
  Time sent_at_{};
  std::size_t head_size_ = 0;
  std::vector<std::uint8_t> body_;
  std::string fault_;            // why the reply is no DNS message
  std::array<char, 256> why_{};  // CURL_ERROR_SIZE: in libcurl's words
};

}  // namespace dialwatch::probes
