#include "probes/stun/nat_probe.h"

#include <fmt/format.h>

#include <utility>

#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

constexpr BindingWish kChangeBoth{.change_address = true, .change_port = true};
constexpr BindingWish kChangePort{.change_port = true};

}  // namespace

bool IsOtherAddress(const base::Endpoint& other, const base::Endpoint& server) {
  return other.address.is_v6() == server.address.is_v6() && other.address != server.address && other.port != 0 &&
         other.port != server.port && !other.address.IsUnspecified() &&
         other.address.IsLoopback() == server.address.IsLoopback() &&
         other.address.IsSpecialPurpose() == server.address.IsSpecialPurpose();
}

NatProbe::NatProbe(EventLoop& loop, NatSample about) : loop_(loop), sample_(std::move(about)), end_(loop) {}

void NatProbe::Start(const std::optional<base::IpAddress>& bind, Done done) {
  done_ = std::move(done);
  auto opened = BindingSocket::Open(loop_, sample_.address.address.is_v6(), bind);
  if (!opened) return End(opened.error().what);
  socket_ = *std::move(opened);
  socket_->Ask(sample_.address, {}, RetransmitSchedule::GiveUpAt(),
               [this](const Answer& answer) { TakeFirst(answer); });
}

void NatProbe::Ask(const Test& first, const Test& second, Next next) {
  pair_ = {};
  const auto take = [this, next](Answer Pair::*which) {
    return [this, next, which](const Answer& answer) {
      pair_.*which = answer;
      if (--pair_.missing == 0) (this->*next)(std::exchange(pair_, {}));
    };
  };
  socket_->Ask(first.server, first.wish, kPatience, take(&Pair::first));
  socket_->Ask(second.server, second.wish, kPatience, take(&Pair::second));
}

void NatProbe::TakeFirst(const Answer& answer) {
  if (!answer) return End("the server does not answer");
  if (answer->reply.outcome == StunOutcome::kErrorResponse) {
    return End(fmt::format("the server answers with error {} {}", answer->reply.error_code, answer->reply.error));
  }
  sample_.local = answer->to;
  sample_.mapped = answer->reply.mapped;
  if (!answer->reply.other) return End("the server names no other address of its own (RFC 5780)");
  if (!IsOtherAddress(*answer->reply.other, sample_.address)) {
    return End(
        fmt::format("the server names {} as its other address, which cannot be one", answer->reply.other->ToString()));
  }
  other_ = answer->reply.other;
  Ask({sample_.address, kChangeBoth}, {sample_.address, kChangePort}, &NatProbe::TakeFiltering);
}

// RFC 5780 §4.4
void NatProbe::TakeFiltering(const Pair& pair) {
  const base::Endpoint same_address{sample_.address.address, other_->port};
  const auto refuses = [](const Answer& answer) {
    return answer && answer->reply.outcome == StunOutcome::kErrorResponse;
  };
  if (refuses(pair.first) || refuses(pair.second)) {
    filtering_doubt_ = fmt::format("the server refuses CHANGE-REQUEST with error {}",
                                   (refuses(pair.first) ? pair.first : pair.second)->reply.error_code);
  } else if ((pair.first && pair.first->from != *other_) || (pair.second && pair.second->from != same_address)) {
    filtering_doubt_ = "the server does not answer from where CHANGE-REQUEST asks it to";
  } else if (pair.first) {
    sample_.filtering = NatBehaviour::kEndpointIndependent;
  } else {
    sample_.filtering = pair.second ? NatBehaviour::kAddressDependent : NatBehaviour::kAddressAndPortDependent;
  }
  Ask({{other_->address, sample_.address.port}, {}}, {*other_, {}}, &NatProbe::TakeMapping);
}

// RFC 5780 §4.3
void NatProbe::TakeMapping(const Pair& pair) {
  const auto mapped = [](const Answer& answer) { return answer ? answer->reply.mapped : std::nullopt; };
  const auto second = mapped(pair.first), third = mapped(pair.second);
  sample_.elsewhere = second ? second : third;
  const bool alive = pair.first || pair.second;
  if (!alive && sample_.filtering != NatBehaviour::kEndpointIndependent) {
    sample_.filtering = NatBehaviour::kNotMeasurable;
    other_.reset();
    return End("the server's other address does not answer");
  }
  if (second && second == sample_.mapped) {
    sample_.mapping = NatBehaviour::kEndpointIndependent;
  } else if (second && third) {
    sample_.mapping = second == third ? NatBehaviour::kAddressDependent : NatBehaviour::kAddressAndPortDependent;
  } else {
    return End(fmt::format(
        "mapping: {} does not answer with a mapped address{}{}",
        second ? other_->ToString() : fmt::format("{}:{}", other_->address.ToString(), sample_.address.port),
        filtering_doubt_.empty() ? "" : "; filtering: ", filtering_doubt_));
  }
  End(filtering_doubt_.empty() ? "" : fmt::format("filtering: {}", filtering_doubt_));
}

// Not at once, since the callback may destroy the socket that is calling us.
void NatProbe::End(std::string why) {
  sample_.why = std::move(why);
  sample_.at = base::WallClockNow();
  end_.Start(base::Duration(0), [this] {
    const auto done = std::exchange(done_, nullptr);
    done(sample_, other_);
  });
}

}  // namespace dialwatch::probes
