#pragma once

#include <string>
#include <vector>

#include "diagnosis/snapshot.h"

namespace dialwatch::daemon {

// What a look at one name comes to.
struct Conclusion {
  const diagnosis::Finding* finding = nullptr;  // the one that says the most; null where all is well or little is known
  std::string text;                             // one or two sentences
  std::string confidence;                       // how sure that is, and why; empty: there is no cause
  std::string first;                            // what to do first; empty: nothing
  std::vector<std::string> also;                // the rules of the other findings
};

// Valid as long as the snapshot.
Conclusion Conclude(const diagnosis::Snapshot& snapshot);

// The newest answers to control names in the zone of the dialer's name, where something is wrong with that name;
// whether they were right tells a wrong copy from a wrong way to the authority.
struct ControlRow {
  std::shared_ptr<const probes::DnsSample> sample;
  diagnosis::Control control;
};
std::vector<ControlRow> ControlsOf(const diagnosis::Snapshot& snapshot);
std::string_view FormatControl(diagnosis::Control control);

}  // namespace dialwatch::daemon
