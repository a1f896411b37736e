#include "probes/sip/sdp.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/multicast.h"
#include "base/names.h"
#include "base/printable.h"
#include "probes/sip/text.h"

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr std::size_t kMaxSdp = std::size_t{64} << 10;
constexpr std::size_t kMaxFormats = 64;
constexpr std::uint32_t kMaxPayloadType = 127;  // RFC 3550 §5.1: seven bits

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t space = std::min(line.find(' '), line.size());
    if (space > 0) words.push_back(line.substr(0, space));
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return words;
}

std::optional<AudioCodec> CodecNamed(std::string_view name) {  // "PCMU/8000", "PCMU/8000/1"
  if (SipEqual(name, "PCMU/8000") || SipEqual(name, "PCMU/8000/1")) return AudioCodec::kPcmu;
  if (SipEqual(name, "PCMA/8000") || SipEqual(name, "PCMA/8000/1")) return AudioCodec::kPcma;
  return std::nullopt;
}

std::optional<SdpDirection> DirectionNamed(std::string_view name) {
  for (const auto each :
       {SdpDirection::kSendReceive, SdpDirection::kSendOnly, SdpDirection::kReceiveOnly, SdpDirection::kInactive}) {
    if (name == base::NameOf(each)) return each;
  }
  return std::nullopt;
}

// Reads line after line; what is said before the first stream holds for it where it says nothing itself.
class Reader {
 public:
  base::Status Take(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') {
      return Error{fmt::format("\"{}\" is no line of SDP", base::Printable(line, 60))};
    }
    const char kind = line[0];
    line.remove_prefix(2);
    if (first_ != (kind == 'v')) return Error{first_ ? "it does not begin with v=" : "it begins twice"};
    if (first_ && line != "0") return Error{"its version is not 0"};
    first_ = false;
    if (kind == 'm') return TakeMedia(line);
    if (kind == 'c' && (place_ == Place::kSession || place_ == Place::kAudio)) return TakeConnection(line);
    if (kind == 'a' && (place_ == Place::kSession || place_ == Place::kAudio)) return TakeAttribute(line);
    return {};
  }

  base::Result<std::optional<SdpAudio>> Finish() {
    if (first_) return Error{"it is empty"};
    if (!found_) return std::optional<SdpAudio>();
    if (!address_) return Error{"it has no c= line with the address of the audio"};
    audio_.rtp.address = *address_;
    for (const int format : formats_) {
      const auto named = names_.find(format);
      const auto codec = named != names_.end() ? named->second : StaticCodec(format);
      if (!codec) continue;
      audio_.formats.push_back(format);
      audio_.codecs.push_back(*codec);
    }
    return std::optional(std::move(audio_));
  }

 private:
  enum class Place : std::uint8_t { kSession, kAudio, kElsewhere };

  static std::optional<AudioCodec> StaticCodec(int format) {
    if (format == 0) return AudioCodec::kPcmu;
    if (format == 8) return AudioCodec::kPcma;
    return std::nullopt;
  }

  // RFC 8866 §5.14: "audio 49170 RTP/AVP 0 8 101"
  base::Status TakeMedia(std::string_view line) {
    const auto words = Words(line);
    if (words.size() < 4) return Error{"an m= line has fewer than four words"};
    const auto port = SipNumber(words[1].substr(0, words[1].find('/')));
    if (!port || *port > 0xFFFF) return Error{"an m= line has no port between 0 and 65535"};
    const bool audio = words[0] == "audio" && !found_;
    place_ = audio ? Place::kAudio : Place::kElsewhere;
    if (!audio) return {};
    found_ = true;
    audio_.rtp.port = static_cast<std::uint16_t>(*port);
    audio_.protocol = words[2];
    for (std::size_t i = 3; i < std::min(words.size(), kMaxFormats); ++i) {
      const auto format = SipNumber(words[i]);
      if (format && *format <= kMaxPayloadType) formats_.push_back(static_cast<int>(*format));
    }
    return {};
  }

  // RFC 8866 §5.7: "IN IP4 192.0.2.1"
  base::Status TakeConnection(std::string_view line) {
    const auto words = Words(line);
    if (words.size() != 3 || words[0] != "IN") return Error{"a c= line cannot be read"};
    const auto address = base::IpAddress::Parse(words[2].substr(0, words[2].find('/')));
    if (!address || address->is_v6() != (words[1] == "IP6")) {
      return Error{fmt::format("a c= line names \"{}\", which is no address", base::Printable(words[2], 60))};
    }
    address_ = *address;
    return {};
  }

  base::Status TakeAttribute(std::string_view line) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (const auto direction = DirectionNamed(name)) audio_.direction = *direction;
    if (place_ != Place::kAudio) return {};
    if (name == "rtpmap") TakeFormat(value);
    return {};
  }

  void TakeFormat(std::string_view value) {
    const auto words = Words(value);
    const auto format = words.size() == 2 ? SipNumber(words[0]) : std::nullopt;
    if (format && *format <= kMaxPayloadType) names_[static_cast<int>(*format)] = CodecNamed(words[1]);
  }

  bool first_ = true;
  bool found_ = false;
  Place place_ = Place::kSession;
  std::optional<base::IpAddress> address_;
  std::vector<int> formats_;
  std::map<int, std::optional<AudioCodec>> names_;  // of a=rtpmap
  SdpAudio audio_;
};

SdpAnswer Faulty(SdpFault fault, std::string why) {
  SdpAnswer answer;
  answer.fault = fault;
  answer.why = std::move(why);
  return answer;
}

// Who answers must not choose what our audio hits: a place that no dialer listens at, or empty text.
std::string WhyNowhere(const base::Endpoint& rtp, const SdpOffer& offer, const base::IpAddress& signalling) {
  constexpr std::uint16_t kFirstUserPort = 1024;  // RFC 6335 §6: below, ports belong to services
  const bool ours = rtp.address.IsLoopback() && !signalling.IsLoopback();
  if (rtp.address.IsUnspecified() || base::IsMulticast(rtp.address) || ours) {
    return fmt::format("it wants audio at {}, where it cannot be", rtp.address.ToString());
  }
  if (rtp.address.is_v6() != offer.rtp.address.is_v6()) {
    return fmt::format("it wants audio at {}, but was offered {}", rtp.address.ToString(),
                       offer.rtp.address.is_v6() ? "IPv6" : "IPv4");
  }
  if (rtp.port < kFirstUserPort) return fmt::format("it wants audio at port {}, which other services have", rtp.port);
  return {};
}

// The first format of the answer that we offered.
bool ChooseCodec(const SdpOffer& offer, SdpAnswer& answer) {
  for (std::size_t i = 0; i < answer.audio.codecs.size(); ++i) {
    const AudioCodec codec = answer.audio.codecs[i];
    if (std::find(offer.codecs.begin(), offer.codecs.end(), codec) == offer.codecs.end()) continue;
    answer.codec = codec;
    answer.payload_type = answer.audio.formats[i];
    return true;
  }
  return false;
}

}  // namespace

std::string_view FormatAudioCodec(AudioCodec codec) {
  return codec == AudioCodec::kPcmu ? "PCMU" : "PCMA";
}

std::string WriteSdpOffer(const SdpOffer& offer) {
  const std::string address =
      fmt::format("IN {} {}", offer.rtp.address.is_v6() ? "IP6" : "IP4", offer.rtp.address.ToString());
  std::string text = fmt::format("v=0\r\no=- {} 1 {}\r\ns=-\r\nc={}\r\nt=0 0\r\nm=audio {} RTP/AVP", offer.session,
                                 address, address, offer.rtp.port);
  for (const AudioCodec codec : offer.codecs) text += fmt::format(" {}", static_cast<int>(codec));
  text += "\r\n";
  for (const AudioCodec codec : offer.codecs) {
    text += fmt::format("a=rtpmap:{} {}/8000\r\n", static_cast<int>(codec), FormatAudioCodec(codec));
  }
  return text + "a=ptime:20\r\na=sendrecv\r\na=rtcp-mux\r\n";
}

base::Result<std::optional<SdpAudio>> ReadSdp(std::string_view text) {
  if (text.size() > kMaxSdp) return Error{"it is too long"};
  Reader reader;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);  // RFC 8866 §9: a lone LF is to be taken too
    if (line.empty() && text.empty()) break;
    if (const auto taken = reader.Take(line); !taken) return taken.error();
  }
  return reader.Finish();
}

SdpAnswer JudgeSdpAnswer(const SdpOffer& offer, const base::IpAddress& signalling, std::string_view text) {
  if (text.empty()) return Faulty(SdpFault::kMalformed, "it has no session description");
  auto audio = ReadSdp(text);
  if (!audio) return Faulty(SdpFault::kMalformed, "its session description: " + audio.error().what);
  if (!*audio) return Faulty(SdpFault::kNoAudio, "it has no audio stream");
  SdpAnswer answer;
  answer.audio = **std::move(audio);
  const SdpAudio& read = answer.audio;
  if (read.rtp.port == 0) return Faulty(SdpFault::kRejected, "it rejects the audio stream (port 0)");
  if (auto why = WhyNowhere(read.rtp, offer, signalling); !why.empty()) {
    return Faulty(SdpFault::kNoAddress, std::move(why));
  }
  if (read.protocol != "RTP/AVP" && read.protocol != "RTP/AVPF") {
    return Faulty(SdpFault::kNoCodec,
                  fmt::format("it speaks {} instead of RTP/AVP", base::Printable(read.protocol, 40)));
  }
  if (!ChooseCodec(offer, answer)) return Faulty(SdpFault::kNoCodec, "it has no codec in common with us");
  if (read.direction != SdpDirection::kSendReceive) {
    answer.fault = SdpFault::kOneWay;
    answer.why = fmt::format("it lets audio flow one way at most ({})", base::NameOf(read.direction));
  }
  return answer;
}

std::string DescribeMediaAddress(const base::IpAddress& media, const base::IpAddress& signalling) {
  if (media == signalling) return {};
  const bool unreachable = media.IsSpecialPurpose() && !signalling.IsSpecialPurpose();
  return fmt::format("{} {}, but the dialer was called at {}", media.ToString(),
                     unreachable ? "is no public address" : "is where it wants the audio", signalling.ToString());
}

}  // namespace dialwatch::probes
