#include "daemon/reports/port_report.h"

#include <fmt/format.h>

#include <vector>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"
#include "diagnosis/media/port_json.h"

namespace dialwatch::daemon {
namespace {

using probes::PortSample;

constexpr std::size_t kIndent = 2;

std::vector<const PortSample*> SamplesOf(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  const auto view = snapshot.picture.ports().find(dialer);
  if (view == snapshot.picture.ports().end()) return {};
  return view->second.Current();
}

// Nothing here is ever red: not to know is no harm.
Cell OutcomeCell(const PortSample& sample, const Terminal& terminal) {
  const std::string text(base::NameOf(sample.outcome));
  return {text, IsHostThere(sample.outcome) ? terminal.Green(text) : terminal.Dim(text)};
}

std::string NoteText(const PortSample& sample) {
  std::string note(diagnosis::ExplainPort(sample.outcome));
  if (!sample.error.empty()) note += fmt::format(" ({})", base::Printable(sample.error, 200));
  return note;
}

}  // namespace

std::string RenderPorts(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal) {
  const auto samples = SamplesOf(snapshot, dialer);
  if (samples.empty()) return "";
  using Fold = Column::Fold;
  Table table({"RTP PORT", "STUN", Column("RTT", Fold::kDetail, "in "),
               Column("RESOLVED BY", Fold::kBelow, "resolved by "), Column("NOTE", Fold::kBelow)});
  for (const PortSample* sample : samples) {
    table.Add({sample->subject.address.ToString(), OutcomeCell(*sample, terminal),
               sample->rtt ? fmt::format("{:.1f} ms", diagnosis::Milliseconds(*sample->rtt)) : "",
               diagnosis::GiversText(sample->subject), NoteText(*sample)},
              !IsHostThere(sample->outcome));
  }
  return fmt::format("{} a port of its RTP range\n{}\n", terminal.Bold(dialer), table.Render(kIndent, terminal.width));
}

base::Json PortsJson(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  base::Json rows = base::Json::array();
  for (const PortSample* sample : SamplesOf(snapshot, dialer)) rows.push_back(diagnosis::ToJson(*sample));
  return rows;
}

}  // namespace dialwatch::daemon
