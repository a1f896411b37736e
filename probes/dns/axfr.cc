#include "probes/dns/axfr.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "base/unique_fd.h"
#include "probes/dns/frame_reader.h"
#include "probes/dns/message.h"

namespace dialwatch::probes {
namespace {

using base::Error;
using base::Result;
using base::Status;
using std::chrono::steady_clock;

constexpr RecordType kAxfr{252};  // RFC 1035 §3.2.3
constexpr std::chrono::milliseconds kLookForStopEvery(100);

Error SystemError(int number) {
  return {std::system_category().message(number)};
}

// A TCP connection on which every wait ends by the deadline.
class Connection {
 public:
  Connection(const ZoneRequest& request, const std::stop_token& stop)
      : stop_(stop), deadline_(steady_clock::now() + request.timeout) {}

  Status Open(const ZoneRequest& request) {
    sockaddr_storage address{};
    const socklen_t size = request.server.ToSockaddr(&address);
    fd_ = base::UniqueFd(socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_) return SystemError(errno);
    if (request.bind && request.bind->is_v6() == request.server.address.is_v6()) {
      sockaddr_storage source{};
      const socklen_t source_size = base::Endpoint{*request.bind, 0}.ToSockaddr(&source);
      if (bind(fd_.get(), reinterpret_cast<sockaddr*>(&source), source_size) != 0) return SystemError(errno);
    }
    if (connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0) return {};
    if (errno != EINPROGRESS) return SystemError(errno);
    if (auto waited = Wait(POLLOUT); !waited) return waited;
    int error = 0;
    socklen_t error_size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
    return error == 0 ? Status() : SystemError(error);
  }

  Status Send(const DnsQuery& query) {
    std::vector<std::uint8_t> octets{static_cast<std::uint8_t>(query.size >> 8), static_cast<std::uint8_t>(query.size)};
    octets.insert(octets.end(), query.wire().begin(), query.wire().end());
    for (std::size_t sent = 0; sent < octets.size();) {
      const ssize_t size = send(fd_.get(), octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
      if (size >= 0) {
        sent += static_cast<std::size_t>(size);
      } else if (errno != EAGAIN && errno != EINTR) {
        return SystemError(errno);
      } else if (auto waited = Wait(POLLOUT); !waited) {
        return waited;
      }
    }
    return {};
  }

  // The next message, valid until the next call.
  Result<std::span<const std::uint8_t>> Receive() {
    while (true) {
      if (const auto message = frames_.Next()) return *message;
      if (auto waited = Wait(POLLIN); !waited) return waited.error();
      std::array<std::uint8_t, 16384> part;  // NOLINT(*-member-init): recv fills it
      const ssize_t size = recv(fd_.get(), part.data(), part.size(), 0);
      if (size == 0) return Error{"the server closed the connection " + frames_.DescribeEnd()};
      if (size < 0 && errno != EAGAIN && errno != EINTR) return SystemError(errno);
      if (size > 0) frames_.Add(std::span(part).first(static_cast<std::size_t>(size)));
    }
  }

 private:
  Status Wait(short events) {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - steady_clock::now());
      if (left.count() <= 0) return Error{"not done in time"};
      if (stop_.stop_requested()) return Error{"stopped"};
      pollfd watched{fd_.get(), events, 0};
      if (poll(&watched, 1, static_cast<int>(std::min(left, kLookForStopEvery).count())) > 0) return {};
    }
  }

  const std::stop_token& stop_;
  const steady_clock::time_point deadline_;
  base::UniqueFd fd_;
  FrameReader frames_;
};

Result<DnsQuery> MakeZoneQuery(const std::string& zone, RecordType type) {
  auto query = MakeQuery(zone, type, {.recursion_desired = false, .edns = false});
  if (query) SetRandomId(*query);
  return query;
}

Result<std::uint32_t> AskSerial(Connection& connection, const std::string& zone) {
  const auto query = MakeZoneQuery(zone, RecordType::kSoa);
  if (!query) return query.error();
  if (const auto sent = connection.Send(*query); !sent) return sent.error();
  const auto reply = connection.Receive();
  if (!reply) return reply.error();
  if (MatchReply(*query, *reply) != Match::kYes) return Error{"a message does not answer our question"};
  const auto message = ReadDnsMessage(*reply);
  if (!message) return Error{fmt::format("a message cannot be read: {}", message.error().what)};
  const DnsRecord* record = FindRecord(message->answers, zone, RecordType::kSoa);
  const auto soa = record == nullptr ? std::nullopt : ReadSoa(*record);
  if (!soa) return Error{fmt::format("it has no SOA record of the zone ({})", FormatRcode(message->rcode))};
  return soa->serial;
}

Result<std::optional<ZoneContent>> Transfer(const ZoneRequest& request, const std::stop_token& stop) {
  Connection connection(request, stop);
  if (const auto opened = connection.Open(request); !opened) return opened.error();
  if (request.known) {
    const auto serial = AskSerial(connection, request.zone);
    if (!serial) return serial.error();
    if (*serial == *request.known) return std::optional<ZoneContent>();
  }
  const auto query = MakeZoneQuery(request.zone, kAxfr);
  if (!query) return query.error();
  if (const auto sent = connection.Send(*query); !sent) return sent.error();
  ZoneTransfer transfer(*query, request.zone);
  while (true) {
    const auto message = connection.Receive();
    if (!message) return message.error();
    auto content = transfer.Add(*message);
    if (!content || *content) return content;
  }
}

}  // namespace

Result<std::optional<ZoneContent>> TransferZone(const ZoneRequest& request, const std::stop_token& stop) {
  auto content = Transfer(request, stop);
  if (content) return content;
  return Error{
      fmt::format("transfer of {} from {}: {}", request.zone, request.server.ToString(), content.error().what)};
}

}  // namespace dialwatch::probes
