#pragma once

#include <nlohmann/json.hpp>

namespace dialwatch::base {

// The one door to the JSON library. Keys keep the order in which they were set, so that output reads as the contract
// lists it. Include it in .cc files only; headers include base/json_fwd.h.
using Json = nlohmann::ordered_json;

// Text for the wire; octets that are not UTF-8 (they come from replies of strangers) become U+FFFD instead of throwing.
inline std::string Dump(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dialwatch::base
