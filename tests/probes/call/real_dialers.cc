#include "tests/probes/call/real_dialers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/free_port.h"

namespace dialwatch::probes::test {
namespace {

namespace fs = std::filesystem;

base::Endpoint Local(std::uint16_t port) {
  return {*base::IpAddress::Parse("127.0.0.1"), port};
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Until somebody has the port (proc_net_tcp); to try it ourselves could take it from the server. Throws where nobody
// takes it.
void AwaitPort(std::uint16_t port, const char* protocol) {
  const std::string taken = fmt::format(" 0100007F:{:04X} ", port);
  for (int i = 0; i < 1000; ++i) {
    if (Read(fmt::format("/proc/net/{}", protocol)).find(taken) != std::string::npos) return;
    usleep(10'000);
  }
  throw std::runtime_error(fmt::format("nobody took port {}", port));
}

}  // namespace

Sipp::Sipp(const std::string& transport) : port_(testing::FreePort()) {
  const std::uint16_t media_port = testing::FreePort();
  // -aa: OPTIONS is answered too. The shell is there for its folder: sipp writes files where it stands.
  const std::string command =
      fmt::format("cd {} && exec {} -sn uas -t {} -i 127.0.0.1 -p {} -mi 127.0.0.1 -mp {} -rtp_echo -aa -nostdin",
                  folder_.path().string(), FindProgram("sipp"), transport, port_, media_port & ~1);
  process_ = std::make_unique<ServerProcess>(std::vector<std::string>{"/bin/sh", "-c", command});
  AwaitPort(port_, transport == "u1" ? "udp" : "tcp");
}

base::Endpoint Sipp::endpoint() const {
  return Local(port_);
}

Baresip::Baresip(const lab::Certificate* certificate) : port_(testing::FreePort()) {
  const fs::path folder = folder_.path();
  std::string config = fmt::format(
      "sip_listen 127.0.0.1:{}\ncall_max_calls 8\naudio_player aubridge,nil\naudio_source aubridge,nil\n"
      "audio_alert aubridge,nil\nausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n"
      "rtp_ports 21000-31000\nnet_interface 127.0.0.1\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\n"
      "module aubridge.so\nmodule_tmp account.so\nmodule_app echo.so\nmodule_app menu.so\n",
      port_);
  if (certificate != nullptr) {
    std::ofstream(folder / "both.pem") << Read(certificate->certificate) << Read(certificate->key);
    config += fmt::format("sip_certificate {}\n", (folder / "both.pem").string());
  }
  std::ofstream(folder / "config") << config;
  std::ofstream(folder / "accounts") << fmt::format("<sip:9196@127.0.0.1:{}>;regint=0;answermode=auto;ptime=20\n",
                                                    port_);
  process_ = std::make_unique<ServerProcess>(std::vector<std::string>{FindProgram("baresip"), "-f", folder.string()});
  AwaitPort(port_, "udp");
  if (certificate != nullptr) AwaitPort(static_cast<std::uint16_t>(port_ + 1), "tcp");
}

base::Endpoint Baresip::endpoint() const {
  return Local(port_);
}

base::Endpoint Baresip::tls_endpoint() const {
  return Local(static_cast<std::uint16_t>(port_ + 1));
}

}  // namespace dialwatch::probes::test
