#include "probes/dns/message.h"

#include <algorithm>
#include <utility>

#include "probes/dns/name.h"
#include "probes/dns/rdata.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMinQuestion = 5;  // root, type, class
constexpr std::size_t kMinRecord = 11;   // root, type, class, TTL, length of no data

// Compression lets 64 KiB stand for 10 MB of names. Honest messages stay below this even with every octet escaped.
constexpr std::size_t kMaxText = std::size_t{512} * 1024;

class MessageReader {
 public:
  explicit MessageReader(std::span<const std::uint8_t> octets) : reader_(octets) {}

  base::Result<DnsMessage> Read() {
    ReadHeader();
    ReadQuestions();
    ReadRecords(answer_count_, message_.answers, false);
    ReadRecords(authority_count_, message_.authority, false);
    ReadRecords(additional_count_, message_.additional, true);
    if (!reader_.ok()) return reader_.error();
    return std::move(message_);
  }

 private:
  // RFC 1035 §4.1.1; AD and CD: RFC 4035 §3.2
  void ReadHeader() {
    constexpr auto kShort = "the header is cut short";
    message_.id = reader_.Word(kShort);
    const unsigned flags = reader_.Word(kShort);
    message_.qr = (flags & 0x8000) != 0;
    message_.opcode = static_cast<int>(flags >> 11 & 15);
    message_.aa = (flags & 0x0400) != 0;
    message_.tc = (flags & 0x0200) != 0;
    message_.rd = (flags & 0x0100) != 0;
    message_.ra = (flags & 0x0080) != 0;
    message_.ad = (flags & 0x0020) != 0;
    message_.cd = (flags & 0x0010) != 0;
    message_.rcode = static_cast<int>(flags & 15);
    question_count_ = reader_.Word(kShort);
    answer_count_ = reader_.Word(kShort);
    authority_count_ = reader_.Word(kShort);
    additional_count_ = reader_.Word(kShort);
  }

  void ReadQuestions() {
    message_.questions.reserve(std::min<std::size_t>(question_count_, reader_.left() / kMinQuestion));
    for (unsigned i = 0; i < question_count_ && reader_.ok(); ++i) {
      DnsMessage::Question& question = message_.questions.emplace_back();
      AppendName(reader_, question.name);
      question.type = static_cast<RecordType>(reader_.Word("a question has no type"));
      question.question_class = reader_.Word("a question has no class");
      CountText(question.name.size());
    }
  }

  void ReadRecords(unsigned count, std::vector<DnsRecord>& records, bool may_hold_opt) {
    records.reserve(std::min<std::size_t>(count, reader_.left() / kMinRecord));
    for (unsigned i = 0; i < count && reader_.ok(); ++i) {
      const std::size_t start = reader_.at();
      DnsRecord& record = records.emplace_back();
      AppendName(reader_, record.owner);
      record.type = static_cast<RecordType>(reader_.Word("a record has no type"));
      const std::uint16_t record_class = reader_.Word("a record has no class");
      const std::uint32_t ttl = reader_.Long("a record has no TTL");
      const std::size_t length = reader_.Word("a record has no data length");
      reader_.Narrow(length, "the data of a record runs past the end of the message");
      if (record.type == RecordType::kOpt) {
        if (!may_hold_opt) reader_.Fail(start, "an OPT record stands outside of the additional section");
        ReadOpt(start, record, record_class, ttl);
        records.pop_back();
      } else {
        record.ttl = ttl > 0x7FFFFFFF ? 0 : ttl;  // RFC 2181 §8
        AppendData(reader_, record.type, record_class, record.data);
        CountText(record.owner.size() + record.data.size());
      }
      if (reader_.left() > 0) reader_.Fail(reader_.at(), "the data of a record goes on behind its last field");
      reader_.Widen();
    }
  }

  // RFC 6891 §6.1.2, §6.1.3
  void ReadOpt(std::size_t start, const DnsRecord& record, std::uint16_t record_class, std::uint32_t ttl) {
    if (!record.owner.empty()) reader_.Fail(start, "an OPT record has a name");
    if (message_.edns) reader_.Fail(start, "a second OPT record");  // RFC 6891 §6.1.1
    message_.edns =
        Edns{record_class, static_cast<std::uint8_t>(ttl >> 16 & 0xFF), (ttl & 0x8000) != 0, ReadOptions(reader_)};
    message_.rcode |= static_cast<int>(ttl >> 24) << 4;
  }

  void CountText(std::size_t size) {
    text_ += size;
    if (text_ > kMaxText) reader_.Fail(reader_.at(), "the names of the message come to more than 512 KiB");
  }

  DnsReader reader_;
  DnsMessage message_;
  unsigned question_count_ = 0, answer_count_ = 0, authority_count_ = 0, additional_count_ = 0;
  std::size_t text_ = 0;
};

}  // namespace

base::Result<DnsMessage> ReadDnsMessage(std::span<const std::uint8_t> octets) {
  return MessageReader(octets).Read();
}

}  // namespace dialwatch::probes
