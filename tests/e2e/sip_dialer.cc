#include "tests/e2e/sip_dialer.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/lab/addresses.h"
#include "tests/lab/netns.h"

namespace dialwatch::e2e {
namespace {

using namespace std::chrono_literals;

// -aa: OPTIONS is answered too. The shell is there for its folder: sipp writes files where it stands.
lab::Process StartSipp(const std::string& address, const std::filesystem::path& folder) {
  lab::AddAddress(address, lab::kOffice);
  const std::string command = fmt::format(
      "cd {0} && exec sipp -sn uas -t u1 -i {1} -p 5060 -mi {1} -mp 6000 -rtp_echo -aa -nostdin -trace_msg "
      "-message_file {0}/messages",
      folder.string(), address);
  return {{"/bin/sh", "-c", command}, folder / "sipp"};
}

// Whether somebody has port 5060 (proc_net_udp); to try it ourselves could take it from the server.
bool IsTaken() {
  return lab::ReadFile("/proc/net/udp").find(":13C4 ") != std::string::npos;
}

}  // namespace

SipDialer::SipDialer(const std::string& address) : process_(StartSipp(address, folder_.path())) {
  if (!lab::WaitUntil(10s, IsTaken)) throw std::runtime_error("sipp does not start: " + process_.err());
}

std::vector<std::string> SipDialer::Requests() const {
  std::vector<std::string> requests;
  std::istringstream lines(lab::ReadFile(folder_.path() / "messages"));
  for (std::string line; std::getline(lines, line);) {
    const std::string method = line.substr(0, line.find(' '));
    const bool is_method = !method.empty() && std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (is_method && line.find(" SIP/2.0") != std::string::npos) requests.push_back(method);
  }
  return requests;
}

std::size_t SipDialer::CountOf(const std::string& method) const {
  const auto requests = Requests();
  return static_cast<std::size_t>(std::ranges::count(requests, method));
}

bool SipDialer::Gets(const std::string& method, std::size_t count) const {
  return lab::WaitUntil(40s, [&] { return CountOf(method) >= count; });
}

int SipDialer::MostAtOnce() const {
  int open = 0, most = 0;
  for (const std::string& method : Requests()) {
    if (method == "INVITE") most = std::max(most, ++open);
    if (method == "BYE") --open;
  }
  return most;
}

}  // namespace dialwatch::e2e
