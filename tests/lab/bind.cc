#include "tests/lab/bind.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "tests/lab/addresses.h"
#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

constexpr const char* kKey = "key lab {{ algorithm hmac-sha256; secret \"bGFiIGxhYiBsYWIgbGFiIGxhYiBsYWI=\"; }};\n";
constexpr const char* kConfig = R"(options {{
  directory "{folder}"; session-keyfile "{folder}/session.key"; pid-file none; lock-file none;
  listen-on {{ {address}; }}; listen-on-v6 {{ none; }};
  recursion yes; allow-query {{ any; }}; allow-recursion {{ any; }};
  dnssec-validation no; empty-zones-enable no; minimal-responses yes; prefetch 0; server-id "{name}";
  {options}
}};
controls {{ inet {address} port 953 allow {{ any; }} keys {{ lab; }}; }};
zone "." {{ type hint; file "{folder}/hints"; }};
{forward})";

}  // namespace

Bind::Bind(const std::filesystem::path& folder, std::string address, std::string options)
    : folder_(folder), address_(std::move(address)), options_(std::move(options)) {
  std::filesystem::create_directories(folder_);
  // named looks for its addresses among those of the interfaces, and one that is there already is as good
  Run({"ip", "address", "add", address_ + "/32", "dev", "lo"}, folder_, kPatience);
  WriteFile(folder_ / "hints", fmt::format(". 86400 IN NS a.root.\na.root. 86400 IN A {}\n", kRoot));
  WriteFile(folder_ / "rndc.conf",
            fmt::format(kKey) +
                fmt::format("options {{ default-key lab; default-server {}; default-port 953; }};\n", address_));
  WriteConfig("");
  process_.emplace(std::vector<std::string>{"named", "-g", "-n", "1", "-c", folder_ / "named.conf"}, folder_ / "log");
}

void Bind::WriteConfig(const std::string& forward) const {
  WriteFile(folder_ / "named.conf",
            fmt::format(kKey) + fmt::format(kConfig, fmt::arg("folder", folder_.string()), fmt::arg("name", name_),
                                            fmt::arg("address", address_), fmt::arg("options", options_),
                                            fmt::arg("forward", forward)));
}

void Bind::WaitReady() const {
  if (!WaitUntil(kPatience, [&] { return Ask(address_, "stun.telnyx.com", "A", milliseconds(300)).has_value(); })) {
    throw std::runtime_error("named does not answer:\n" + process_->err());
  }
}

void Bind::LeadTo(const std::string& address, const std::string& zone) const {
  WriteConfig(fmt::format("zone \"{}\" {{ type forward; forward only; forwarders {{ {}; }}; }};\n", zone, address));
  Command({"reconfig"});
}

void Bind::LeadBack(const std::string&) const {
  WriteConfig("");
  Command({"reconfig"});
}

void Bind::Command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"rndc", "-c", folder_ / "rndc.conf"});
  const Output output = Run(std::move(arguments), folder_, kPatience);
  if (output.exit != 0) throw std::runtime_error("rndc: " + output.err);
}

}  // namespace dialwatch::lab
