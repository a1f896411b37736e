#include "tests/lab/zone_key.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

// Seconds since 1970, as ldns-signzone takes a date.
std::string FromNow(std::chrono::seconds distance) {
  const auto then = std::chrono::system_clock::now() + distance;
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(then.time_since_epoch()).count());
}

std::string Tool(std::vector<std::string> command, const std::filesystem::path& folder) {
  const std::string name = command.front();
  const Output output = Run(std::move(command), folder, kPatience);
  if (output.exit != 0) throw std::runtime_error(name + ": " + output.err);
  return output.out;
}

}  // namespace

ZoneKey::ZoneKey(const std::filesystem::path& folder, const std::string& zone) : folder_(folder), zone_(zone) {
  std::filesystem::create_directories(folder_);
  // it leaves its files where it is called, so a shell goes there first
  const std::string made =
      Tool({"sh", "-c", "cd \"$1\" && ldns-keygen -a ECDSAP256SHA256 -k \"$2\"", "sh", folder_, zone}, folder_);
  base_ = folder_ / made.substr(0, made.find('\n'));
  const std::string record = ReadFile(base_ + ".ds");
  const auto data = record.find("DS\t") + 3;
  ds_ = record.substr(data, record.find('\n') - data);
}

std::string ZoneKey::Sign(const std::string& zone_text, std::chrono::seconds from, std::chrono::seconds until) const {
  WriteFile(folder_ / "unsigned", zone_text);
  Tool({"ldns-signzone", "-o", zone_, "-i", FromNow(from), "-e", FromNow(until), "-f", folder_ / "signed",
        folder_ / "unsigned", base_},
       folder_);
  return ReadFile(folder_ / "signed");
}

}  // namespace dialwatch::lab
