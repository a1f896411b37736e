#include "probes/dns/record_fields.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace dialwatch::probes {
namespace {

// Takes one field after the other from a record's text.
class Fields {
 public:
  explicit Fields(std::string_view text) : text_(text) {}

  std::string_view Next() {
    const std::size_t end = std::min(text_.find(' '), text_.size());
    const auto field = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    ok_ = ok_ && !field.empty();
    return field;
  }

  template <typename Number>
  Number Take() {
    return Parse<Number>(Next());
  }

  // YYYYMMDDHHmmSS
  TimePoint TakeTime() {
    using namespace std::chrono;
    const std::string_view field = Next();
    if (field.size() != 14) ok_ = false;
    if (!ok_) return {};
    const auto part = [&](std::size_t at, std::size_t size) { return Parse<unsigned>(field.substr(at, size)); };
    const year_month_day date{year(static_cast<int>(part(0, 4))), month(part(4, 2)), day(part(6, 2))};
    ok_ = ok_ && date.ok();
    return TimePoint(sys_days(date) + hours(part(8, 2)) + minutes(part(10, 2)) + seconds(part(12, 2)));
  }

  bool ok() const { return ok_; }

 private:
  template <typename Number>
  Number Parse(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    ok_ = ok_ && error == std::errc() && end == text.data() + text.size();
    return number;
  }

  std::string_view text_;
  bool ok_ = true;
};

}  // namespace

std::optional<SoaFields> ReadSoa(const DnsRecord& record) {
  if (record.type != RecordType::kSoa) return std::nullopt;
  Fields fields(record.data);
  SoaFields soa;
  soa.primary = fields.Next();
  fields.Next();  // the mailbox of whoever is responsible
  for (std::uint32_t* number : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
    *number = fields.Take<std::uint32_t>();
  }
  return fields.ok() ? std::optional(soa) : std::nullopt;
}

std::optional<SrvFields> ReadSrv(std::string_view data) {
  Fields fields(data);
  SrvFields srv;
  srv.priority = fields.Take<std::uint16_t>();
  srv.weight = fields.Take<std::uint16_t>();
  srv.port = fields.Take<std::uint16_t>();
  srv.target = fields.Next();
  if (!fields.ok()) return std::nullopt;
  return srv;
}

std::optional<RrsigFields> ReadRrsig(const DnsRecord& record) {
  if (record.type != RecordType::kRrsig) return std::nullopt;
  Fields fields(record.data);
  RrsigFields rrsig;
  rrsig.covered = fields.Next();
  fields.Next();  // algorithm
  fields.Next();  // labels
  rrsig.original_ttl = fields.Take<std::uint32_t>();
  rrsig.expiration = fields.TakeTime();
  rrsig.inception = fields.TakeTime();
  rrsig.key_tag = fields.Take<std::uint16_t>();
  rrsig.signer = fields.Next();
  return fields.ok() ? std::optional(rrsig) : std::nullopt;
}

std::optional<int> CompareSerials(std::uint32_t a, std::uint32_t b) {
  constexpr std::uint32_t kHalf = std::uint32_t{1} << 31;
  if (a == b) return 0;
  const std::uint32_t ahead = a - b;
  if (ahead == kHalf) return std::nullopt;
  return ahead < kHalf ? 1 : -1;
}

std::chrono::seconds NegativeTtl(const DnsRecord& soa) {
  const auto fields = ReadSoa(soa);
  return std::chrono::seconds(fields ? std::min(soa.ttl, fields->minimum) : soa.ttl);
}

const DnsRecord* FindRecord(const std::vector<DnsRecord>& records, const std::string& owner, RecordType type) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const DnsRecord& record) {
    return record.type == type && record.owner == owner;
  });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace dialwatch::probes
