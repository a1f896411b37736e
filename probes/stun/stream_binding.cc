#include "probes/stun/stream_binding.h"

#include <fmt/format.h>

#include <utility>

namespace dialwatch::probes {

StreamBinding::StreamBinding(EventLoop& loop, StunSample begun, const std::optional<base::IpAddress>& bind,
                             std::shared_ptr<TlsPeer> tls)
    : sample_(std::move(begun)),
      link_(loop, sample_.address, bind, std::move(tls),
            {.on_open = [this] { Ask(); },
             .on_octets = [this](std::span<const std::uint8_t> octets) { Take(octets); },
             .on_failure =
                 [this](const StreamLink::Failure& failure) {
                   if (failure.flood) return Fail(StunOutcome::kMalformed, failure.what);
                   Fail(failure.tls ? StunOutcome::kTlsFailed : StunOutcome::kUnreachable, failure.what);
                 }}),
      deadline_(loop) {}

void StreamBinding::Start(base::Duration deadline, std::function<void(StunSample)> done) {
  done_ = std::move(done);
  deadline_.Start(deadline, [this] {
    if (const auto awaited = link_.Awaited(); !awaited.empty() && sample_.error.empty()) {
      sample_.error = fmt::format("{} took too long", awaited);
    }
    Finish();
  });
  link_.Open();
}

void StreamBinding::Ask() {
  sample_.local = link_.local();
  sample_.sends = 1;
  sent_at_ = std::chrono::steady_clock::now();
  link_.Send(WriteBindingRequest(id_));
}

void StreamBinding::Take(std::span<const std::uint8_t> octets) {
  frames_.Add(octets);
  while (done_) {
    const auto message = frames_.Next();
    if (!message) return Fail(StunOutcome::kMalformed, message.error().what);
    if (!*message) return;
    Read(**message);
  }
}

void StreamBinding::Read(std::span<const std::uint8_t> message) {
  if (ReadTransactionId(message) != id_) return;  // an indication, or what nobody asked for
  BindingReply reply = ReadBindingReply(id_, message, sample_.address.address);
  sample_.outcome = reply.outcome;
  sample_.error = std::move(reply.error);
  sample_.mapped = reply.mapped;
  sample_.error_code = reply.error_code;
  if (reply.outcome != StunOutcome::kMalformed) {
    sample_.rtt = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - sent_at_);
  }
  Finish();
}

void StreamBinding::Fail(StunOutcome outcome, std::string why) {
  sample_.outcome = outcome;
  sample_.error = std::move(why);
  Finish();
}

void StreamBinding::Finish() {
  deadline_.Stop();
  link_.Close();
  sample_.at = base::WallClockNow();
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(sample_));
}

}  // namespace dialwatch::probes
