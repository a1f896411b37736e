#pragma once

#include "probes/call/sample.h"
#include "probes/record/codec.h"
#include "probes/record/dns_fields.h"
#include "probes/record/train_fields.h"

namespace dialwatch::probes::record {

// Its values are payload types, and do not count up.
template <>
struct Codec<AudioCodec> {
  static void Write(AudioCodec value, std::string& out) { AppendText(FormatAudioCodec(value), out); }
  static bool Read(JsonReader& json, AudioCodec& value) {
    std::string_view text;
    if (!json.Word(text)) return false;
    for (const AudioCodec codec : {AudioCodec::kPcmu, AudioCodec::kPcma}) {
      if (FormatAudioCodec(codec) != text) continue;
      value = codec;
      return true;
    }
    return json.Fail("PCMU or PCMA is due here");
  }
};

template <>
inline constexpr std::tuple kFields<SdpAudio>{Field{"rtp", &SdpAudio::rtp}, Field{"protocol", &SdpAudio::protocol},
                                              Field{"formats", &SdpAudio::formats}, Field{"codecs", &SdpAudio::codecs},
                                              Field{"direction", &SdpAudio::direction}};

template <>
inline constexpr std::tuple kFields<SdpAnswer>{Field{"fault", &SdpAnswer::fault}, Field{"why", &SdpAnswer::why},
                                               Field{"audio", &SdpAnswer::audio}, Field{"codec", &SdpAnswer::codec},
                                               Field{"payload_type", &SdpAnswer::payload_type}};

template <>
inline constexpr std::tuple kFields<SipCallResult>{Required("outcome", &SipCallResult::outcome),
                                                   Field{"why", &SipCallResult::why},
                                                   Field{"status", &SipCallResult::status},
                                                   Field{"server", &SipCallResult::server},
                                                   Field{"seen", &SipCallResult::seen},
                                                   Field{"options_rtt_us", &SipCallResult::options_rtt},
                                                   Field{"ringing_after_ms", &SipCallResult::ringing_after},
                                                   Field{"answered_after_ms", &SipCallResult::answered_after},
                                                   Field{"talked_ms", &SipCallResult::talked},
                                                   Field{"answer", &SipCallResult::answer},
                                                   Field{"address_note", &SipCallResult::address_note},
                                                   Field{"session_timer", &SipCallResult::session_timer},
                                                   Field{"sends", &SipCallResult::sends},
                                                   Field{"unreadable", &SipCallResult::unreadable},
                                                   Field{"foreign", &SipCallResult::foreign}};

template <>
inline constexpr std::tuple kFields<CallSubject>{
    Required("dialer", &CallSubject::dialer),          Field{"host", &CallSubject::host},
    Field{"resolved_via", &CallSubject::resolved_via}, Field{"by_authority", &CallSubject::by_authority},
    Field{"address", &CallSubject::address},           Field{"transport", &CallSubject::transport},
    Field{"extension", &CallSubject::extension}};

template <>
inline constexpr std::tuple kFields<CallSample>{
    Required("at", &CallSample::at), Required("subject", &CallSample::subject), Field{"round", &CallSample::round},
    Field{"local", &CallSample::local}, Required("result", &CallSample::result)};

template <>
inline constexpr std::tuple kFields<TalkSample>{Field{"local", &TalkSample::local},
                                                Field{"remote", &TalkSample::remote},
                                                Field{"codec", &TalkSample::codec},
                                                Required("outcome", &TalkSample::outcome),
                                                Field{"error", &TalkSample::error},
                                                Field{"measures", &TalkSample::measures},
                                                Field{"quality", &TalkSample::quality},
                                                Field{"foreign", &TalkSample::foreign},
                                                Field{"worst_send_delay_us", &TalkSample::worst_send_delay}};

template <>
inline constexpr std::tuple kFields<EchoCallSample>{Required("call", &EchoCallSample::call),
                                                    Field{"talk", &EchoCallSample::talk}};

}  // namespace dialwatch::probes::record
