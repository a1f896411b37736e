#include "base/duration_text.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

using namespace std::chrono_literals;

// A train and one more have to fit into the interval: beside its packets it has some to open the way, and a wait for
// the last reply.
void CheckTrainUnderInterval(const Entry<Media>& entry, Errors& errors) {
  const Media& media = entry.value;
  const Duration train = media.packets * media.spacing + 2s;
  if (train * 2 <= media.interval) return;
  errors.Add(entry.At("packets"),
             fmt::format("packets: a train of {} takes {}, which is more than half of the interval, {}", media.packets,
                         base::FormatDuration(train), base::FormatDuration(media.interval)));
}

}  // namespace

std::vector<AnySection> MediaSections() {
  const auto as_is = [](const std::string& name) { return name; };
  auto key_file = Text();
  key_file.type = "path";
  key_file.range = "one or two keys, a line each, which nobody else may read";
  return {
      Section<Media>("media",
                     "Trains of RTP packets, as a call would send them, to the reflectors beside the dialers and "
                     "back. See media.md.")
          .Add({"interval", "Each dialer that has a reflector_port gets a train once per interval.", R"("60s")"},
               &Media::interval, DurationBetween(5s, 1h))
          .Add({"packets", "How many packets a train has.", "50"}, &Media::packets, IntegerBetween(10, 500))
          .Add({"spacing", "From one packet to the next.", R"("20ms")"}, &Media::spacing, DurationBetween(10ms, 60ms))
          .Add({"codec",
                "Whose packets they look like, in size and payload type. What loss does to Opus is an estimate.",
                R"("pcmu")"},
               &Media::codec, OneOf<std::string>("string", {"pcmu", "pcma", "opus"}, as_is, {}))
          .Add({"key_file",
                "The keys that the reflectors have; the first one signs. Read anew every minute. A relative path "
                "is looked up in $CREDENTIALS_DIRECTORY where that is set, else beside the config.",
                R"("reflector.keys")", "none; reflector_port needs it"},
               &Media::key_file, key_file)
          .Add({"dscp", "How the packets are marked (RFC 2474): 46 is expedited forwarding, as voice has it.", "46"},
               &Media::dscp, IntegerBetween(0, 63))
          .Check("train-under-interval", CheckTrainUnderInterval)
          .Build(&Settings::media)};
}

}  // namespace dialwatch::config
