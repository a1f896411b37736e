#include "tests/probes/dns/fake_https_server.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace dialwatch::probes {

struct FakeHttpsServer::Hooks {
  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                      const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    auto& request = static_cast<Link*>(user)->requests[frame->hd.stream_id];
    request.head.emplace_back(std::string(name, name + name_size), std::string(value, value + value_size));
    return 0;
  }

  static int OnData(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data, std::size_t size,
                    void* user) {
    auto& request = static_cast<Link*>(user)->requests[stream];
    request.body.insert(request.body.end(), data, data + size);
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& link = *static_cast<Link*>(user);
    const auto request = link.requests.find(frame->hd.stream_id);
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 || request == link.requests.end()) return 0;
    request->second.connection = link.connection;
    request->second.stream = frame->hd.stream_id;
    link.whole.push_back(std::move(request->second));
    link.requests.erase(request);
    return 0;
  }

  static ssize_t Body(nghttp2_session*, std::int32_t stream, std::uint8_t* out, std::size_t size, std::uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    auto& [response, sent] = static_cast<Link*>(user)->responses[stream];
    if (response.endless) {
      std::fill_n(out, size, std::uint8_t{'x'});
      return static_cast<ssize_t>(size);
    }
    const std::size_t part = std::min(size, response.body.size() - sent);
    std::copy_n(response.body.begin() + static_cast<std::ptrdiff_t>(sent), part, out);
    sent += part;
    if (sent == response.body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  }

  static int OnStreamClose(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user) {
    static_cast<Link*>(user)->responses.erase(stream);
    return 0;
  }
};

void FakeHttpsServer::FreeSession::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

std::string FakeHttpsServer::Request::Field(const std::string& name) const {
  for (const auto& [key, value] : head) {
    if (key == name) return value;
  }
  return "";
}

FakeHttpsServer::FakeHttpsServer(EventLoop& loop, const lab::Certificate& certificate, std::uint16_t port)
    : tls(loop, certificate, "h2", port) {
  tls.on_open = [this](int connection) { OnOpen(connection); };
  tls.on_text = [this](int connection, const Octets& text) { OnText(connection, text); };
  tls.on_close = [this](int connection) { links_.erase(connection); };
  tls.on_drained = [this](int connection) {
    if (const auto link = links_.find(connection); link != links_.end()) SendAll(*link->second);
  };
}

FakeHttpsServer::~FakeHttpsServer() {
  tls.CloseAll();
}

void FakeHttpsServer::OnOpen(int connection) {
  auto link = std::make_unique<Link>();
  link->server = this;
  link->connection = connection;
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &Hooks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Hooks::OnData);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Hooks::OnFrame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Hooks::OnStreamClose);
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new(&session, callbacks, link.get());
  nghttp2_session_callbacks_del(callbacks);
  link->session.reset(session);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  SendAll(*link);
  links_[connection] = std::move(link);
}

void FakeHttpsServer::OnText(int connection, const Octets& text) {
  Link& link = *links_.at(connection);
  const ssize_t taken = nghttp2_session_mem_recv(link.session.get(), text.data(), text.size());
  if (taken < 0) return tls.Close(connection);
  SendAll(link);
  // only now, since nghttp2 may not be called from its own callbacks
  for (Request& request : std::exchange(link.whole, {})) {
    requests_.push_back(request);
    if (on_request) on_request(request);
  }
}

void FakeHttpsServer::SendAll(Link& link) {
  constexpr std::size_t kMost = 1 << 20;  // an endless body waits for its reader
  while (tls.Unsent(link.connection) < kMost) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(link.session.get(), &data);
    if (size <= 0) return;
    tls.Send(link.connection, Octets(data, data + size));
  }
}

void FakeHttpsServer::Respond(const Request& to, Response response) {
  const auto found = links_.find(to.connection);
  if (found == links_.end()) return;
  Link& link = *found->second;
  response.head.insert(response.head.begin(), {":status", std::to_string(response.status)});
  std::vector<nghttp2_nv> head;
  for (auto& [name, value] : response.head) {
    head.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                    name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  nghttp2_data_provider body{};
  body.read_callback = &Hooks::Body;
  nghttp2_submit_response(link.session.get(), to.stream, head.data(), head.size(), &body);
  link.responses[to.stream] = {std::move(response), 0};
  SendAll(link);
}

void FakeHttpsServer::Reset(const Request& to) {
  const auto link = links_.find(to.connection);
  if (link == links_.end()) return;
  nghttp2_submit_rst_stream(link->second->session.get(), NGHTTP2_FLAG_NONE, to.stream, NGHTTP2_INTERNAL_ERROR);
  SendAll(*link->second);
}

}  // namespace dialwatch::probes
