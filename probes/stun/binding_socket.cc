#include "probes/stun/binding_socket.h"

#include <algorithm>
#include <utility>

#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

constexpr int kBatch = 64;  // datagrams taken before the loop's other work has its turn

}  // namespace

base::Result<std::unique_ptr<BindingSocket>> BindingSocket::Open(EventLoop& loop, bool v6,
                                                                 const std::optional<base::IpAddress>& bind) {
  auto opened = UdpSocket::Open(v6, bind);
  if (!opened) return opened.error();
  return std::make_unique<BindingSocket>(loop, *std::move(opened));
}

BindingSocket::BindingSocket(EventLoop& loop, UdpSocket socket)
    : loop_(loop),
      socket_(std::move(socket)),
      port_(socket_.LocalEndpoint().port),
      watcher_(loop, socket_.fd(), [this](bool, bool) { Receive(); }) {
  watcher_.Watch(true, false);
}

TransactionId BindingSocket::Ask(const base::Endpoint& server, const BindingWish& wish, base::Duration wait,
                                 Done done) {
  const TransactionId id = NewTransactionId();
  Request& request = Add(id, wait, std::move(done));
  request.server = server;
  request.octets = WriteBindingRequest(id, wish);
  request.timer.Start(base::Duration(0), [this, id] { Step(id); });
  return id;
}

void BindingSocket::Await(const TransactionId& id, base::Duration wait, Done done) {
  Add(id, wait, std::move(done)).timer.Start(wait, [this, id] { Finish(requests_.find(id), std::nullopt); });
}

BindingSocket::Request& BindingSocket::Add(const TransactionId& id, base::Duration wait, Done done) {
  Request& request = requests_.try_emplace(id, loop_, wait).first->second;
  request.done = std::move(done);
  return request;
}

void BindingSocket::Step(const TransactionId& id) {
  const auto found = requests_.find(id);
  Request& request = found->second;
  const auto passed = steady_clock::now() - request.began;
  if (passed >= request.wait || !RetransmitSchedule::SendAt(request.sends)) return Finish(found, std::nullopt);
  socket_.SendTo(request.server, request.octets);  // what cannot be sent is silence
  ++request.sends;
  const auto due = std::min(RetransmitSchedule::SendAt(request.sends).value_or(RetransmitSchedule::GiveUpAt()),
                            std::chrono::ceil<base::Duration>(request.wait));
  request.timer.Start(std::chrono::ceil<base::Duration>(due - passed), [this, id] { Step(id); });
}

void BindingSocket::Receive() {
  for (int taken = 0; taken < kBatch; ++taken) {
    const auto datagram = socket_.Receive();
    if (!datagram) break;
    if (datagram->octets.size() < kStunHeaderSize) continue;
    const auto request = requests_.find(ReadTransactionId(datagram->octets));
    if (request == requests_.end()) continue;
    BindingReply reply = ReadBindingReply(request->first, datagram->octets, datagram->from.address);
    if (reply.outcome == StunOutcome::kMalformed) continue;  // a better one may follow
    Finish(request, Answer{std::move(reply), datagram->from, {datagram->to, port_}});
  }
  for (int taken = 0; taken < kBatch && socket_.TakeFailure(); ++taken) {
  }
}

void BindingSocket::Finish(Requests::iterator request, const std::optional<Answer>& answer) {
  const auto ended = requests_.extract(request);  // lives until its callback has returned
  ended.mapped().timer.Stop();
  ended.mapped().done(answer);
}

}  // namespace dialwatch::probes
