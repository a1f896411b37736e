#include "diagnosis/media/call_json.h"

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"
#include "diagnosis/media/train_json.h"

namespace dialwatch::diagnosis {
namespace {

base::Json ToJson(const probes::TalkSample& talk) {
  base::Json json{{"outcome", base::NameOf(talk.outcome)},
                  {"address", talk.remote.ToString()},
                  {"codec", FormatAudioCodec(talk.codec)},
                  {"foreign", talk.foreign}};
  AddMeasures(talk.measures, talk.quality, json);
  json["worst_send_delay_ms"] = Milliseconds(talk.worst_send_delay);
  if (!talk.error.empty()) json["error"] = base::Printable(talk.error);
  return json;
}

}  // namespace

base::Json ToJson(const probes::EchoCallSample& sample) {
  const probes::CallSubject& subject = sample.call.subject;
  const probes::SipCallResult& result = sample.call.result;
  base::Json json{{"dialer", subject.dialer},
                  {"extension", base::Printable(subject.extension)},
                  {"transport", base::NameOf(subject.transport)},
                  {"resolvers", subject.resolved_via},
                  {"authority", subject.by_authority},
                  {"outcome", base::NameOf(result.outcome)},
                  {"at", base::FormatRfc3339(sample.call.at)}};
  if (subject.address.port != 0) json["address"] = subject.address.ToString();
  if (!result.why.empty()) json["why"] = base::Printable(result.why);
  if (result.status != 0) json["status"] = result.status;
  if (!result.server.empty()) json["server"] = base::Printable(result.server);
  if (result.seen) json["seen"] = result.seen->ToString();
  if (result.options_rtt) json["options_ms"] = Milliseconds(*result.options_rtt);
  if (result.ringing_after) json["ringing_ms"] = Milliseconds(*result.ringing_after);
  if (result.answered_after) json["answered_ms"] = Milliseconds(*result.answered_after);
  if (result.talked) json["talked_ms"] = Milliseconds(*result.talked);
  if (!result.address_note.empty()) json["address_note"] = base::Printable(result.address_note);
  if (result.session_timer) json["session_timer"] = *result.session_timer;
  if (sample.talk) json["audio"] = ToJson(*sample.talk);
  return json;
}

}  // namespace dialwatch::diagnosis
