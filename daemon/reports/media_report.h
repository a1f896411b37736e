#pragma once

#include <string>

#include "base/json_fwd.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// What `probe` says of the trains of RTP to a dialer.
namespace dialwatch::daemon {

// A row for each address that somebody gives for it, and for each relay; empty where it has no reflector.
std::string RenderMedia(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal);

// "Audio flows both ways at 198.51.100.11.", or what does not; no text where nothing was tested.
struct MediaSentence {
  std::string text;
  bool well = true;
};
MediaSentence SumUpMedia(const diagnosis::Snapshot& snapshot, const std::string& dialer);

// docs/api.md, a list of "Media".
base::Json MediaJson(const diagnosis::Snapshot& snapshot, const std::string& dialer);

// One line on a train under way: "d1 198.51.100.11  loss 0.0 %  RTT 23.1 ms, p95 25.0 ms  jitter 0.3 ms  MOS 4.4".
std::string TrainLine(const probes::TrainSample& until_now);

}  // namespace dialwatch::daemon
