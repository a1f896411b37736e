#include "probes/media_means.h"

#include "config/secret_file.h"
#include "probes/train/key_file.h"

namespace dialwatch::probes {
namespace {

// Whose media is tested.
std::set<std::string> HostsOf(const config::Settings& settings) {
  std::set<std::string> hosts;
  for (const config::Dialer& dialer : settings.dialers) {
    if (dialer.reflector_port != 0 || dialer.rtp_port != 0) hosts.insert(dialer.host);
  }
  for (const config::Call& call : settings.calls) hosts.insert(call.target.host);
  return hosts;
}

}  // namespace

base::Result<std::shared_ptr<const TrainKeys>> TrainKeyRing::Take(std::chrono::steady_clock::time_point now) {
  if (keys_ && now < until_) return keys_;
  auto read = ReadTrainKeyFile(path_);
  if (!read) return read.error();
  keys_ = std::make_shared<const TrainKeys>(*std::move(read));
  until_ = now + kLasts;
  return keys_;
}

MediaMeans::MediaMeans(EventLoop& loop, const config::Settings& settings)
    : answers(HostsOf(settings)),
      keys(LocateSecret(settings.media.key_file, config::SecretFoldersOf(settings))),
      pacer(loop) {}

}  // namespace dialwatch::probes
