#pragma once

#include <functional>
#include <memory>
#include <string>

#include "alerting/record.h"
#include "config/settings.h"
#include "tests/state/in_child.h"
#include "tests/temporary_folder.h"

// What the tests of this folder have in common.
namespace dialwatch::alerting {

// Seconds after 2020-08-31T13:05:00Z.
TimePoint At(std::int64_t seconds);

// The 2020 case: google gives a wrong address for `affected` dialers, seen from 13:05:00 UTC on.
Incident BogusAtGoogle(diagnosis::IncidentState state = diagnosis::IncidentState::kFiring, int affected = 2);
Incident Renamed(Incident incident, const std::string& id);
Incident ResolvedAt(Incident incident, TimePoint until);

// One Slack receiver per name; `url_file` is "NAME.url" beside `folder`/dialwatch.toml.
config::Settings SettingsWith(const std::vector<std::string>& receivers, const std::string& folder = "");

using state::InChild;
using testing::TemporaryFolder;

// All that is written to stderr while the object lives. Thread safety: none; one at a time.
class CapturedStderr {
 public:
  CapturedStderr();
  ~CapturedStderr();
  std::string text() const;

 private:
  TemporaryFolder folder_;
  int saved_ = -1;
};

// Asks `holds` until it does, or 10 s have passed.
bool Eventually(const std::function<bool()>& holds);

std::string ReadWhole(const std::string& path);
std::size_t CountOf(const std::string& text, const std::string& part);

}  // namespace dialwatch::alerting
