#pragma once

#include "probes/dns/zone_sample.h"
#include "probes/record/dns_fields.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<ZoneServerView>{
    Required("server", &ZoneServerView::server), Field{"names", &ZoneServerView::names},
    Required("soa", &ZoneServerView::soa), Required("ns", &ZoneServerView::ns)};

template <>
inline constexpr std::tuple kFields<ZoneSample>{
    Required("at", &ZoneSample::at),      Required("zone", &ZoneSample::zone),
    Field{"pinned", &ZoneSample::pinned}, Field{"parent", &ZoneSample::parent},
    Field{"denied", &ZoneSample::denied}, Field{"delegation", &ZoneSample::delegation},
    Field{"glue", &ZoneSample::glue},     Field{"addresses", &ZoneSample::addresses},
    Field{"ds", &ZoneSample::ds},         Field{"keys_known", &ZoneSample::keys_known},
    Field{"dnskey", &ZoneSample::dnskey}, Field{"servers", &ZoneSample::servers}};

}  // namespace dialwatch::probes::record
