#pragma once

#include <nlohmann/json_fwd.hpp>

namespace dialwatch::base {

using Json = nlohmann::ordered_json;

}  // namespace dialwatch::base
