#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include "probes/sip/call.h"

namespace {

using namespace dialwatch::probes;

void Require(bool holds) {
  if (!holds) std::abort();
}

// What the other side would know of us, put where the input asks for it: "@V" Via, "@I" Call-ID, "@F" From, "@C" CSeq.
std::string Filled(std::string_view input, const SipArrival& request) {
  std::string text;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const char name = input[i] == '@' && i + 1 < input.size() ? input[i + 1] : ' ';
    const std::string_view header = name == 'V'   ? "Via"
                                    : name == 'I' ? "Call-ID"
                                    : name == 'F' ? "From"
                                    : name == 'C' ? "CSeq"
                                                  : "";
    if (header.empty()) {
      text += input[i];
    } else {
      text += request.message.Find(header).value_or("");
      ++i;
    }
  }
  return text;
}

// A call that is given what it is given, and time.
class Bed {
 public:
  explicit Bed(SipCallPlan plan) : call_(std::move(plan)) { Take(call_.Start(now_)); }

  void Give(std::string_view message) { Take(call_.OnMessage(Filled(message, last_), now_)); }
  void Pass() {
    if (!call_.wake_at()) return;
    now_ = std::max(now_, *call_.wake_at());
    Take(call_.OnTime(now_));
  }
  void End() {
    for (int i = 0; !call_.ended(); ++i) {
      Require(i < 1000 && call_.wake_at().has_value());
      Pass();
    }
    Require(settled_ == 1);
    Require(now_ - SipTime() < std::chrono::seconds(4 + 10 + 60 + 64 + 1));
  }

 private:
  void Take(const SipCall::Steps& steps) {
    settled_ += steps.settled ? 1 : 0;
    for (const std::string& octets : steps.send) {
      const auto sent = ReadSipMessage(octets);  // what we send is well-formed, whatever we got
      if (octets.size() < kMaxSipLine) Require(bool(sent));
      if (sent && !sent->message.is_response() && sent->message.method != "ACK") last_ = *sent;
    }
  }

  SipTime now_;
  SipArrival last_;
  int settled_ = 0;
  SipCall call_;
};

}  // namespace

// Messages, each behind an octet 0, go into one call; where one is empty, time passes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dialwatch::base::Endpoint;
  const Endpoint local = *Endpoint::Parse("192.0.2.1:5070", 0);
  const bool udp = size > 0 && data[0] % 2 == 0;
  const auto transport = udp ? dialwatch::config::Transport::kUdp : dialwatch::config::Transport::kTcp;
  Bed bed({.party = SipParty::New("sip:9196@d1.example.com", "sip:watch@192.0.2.1", local, transport),
           .server = Endpoint::Parse("203.0.113.5", 5060)->address,
           .account = {.user = "watch", .password = "secret"},
           .offer = {.rtp = local}});
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  rest.remove_prefix(std::min<std::size_t>(1, size));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    if (end == 0) {
      bed.Pass();
    } else {
      bed.Give(rest.substr(0, end));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  bed.End();
  return 0;
}
