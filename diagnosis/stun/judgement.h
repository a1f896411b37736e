#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "diagnosis/picture.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {

// What is thought of one address of a STUN server: the first that fits.
enum class StunVerdict : std::uint8_t {
  kFailing,     // gave no mapped address
  kWrong,       // says an address that is not ours
  kUnexpected,  // says one that `expect_mapped` does not list
  kDiffers,     // says another one than others, and nobody is known to be wrong
  kOk,
};
constexpr std::array<std::string_view, 5> NamesOf(StunVerdict /*type only*/) {
  return {"failing", "wrong", "unexpected", "differs", "ok"};
}

struct StunJudgement {
  std::shared_ptr<const StunSample> sample;
  std::shared_ptr<const NatSample> nat;  // the newest that was measured there; null: nothing
  StunVerdict verdict = StunVerdict::kOk;
};

// Each address of each server, in that order.
std::vector<StunJudgement> JudgeStun(const Picture& picture, const Settings& settings,
                                     const std::vector<MappingVerdict>& mappings);

// docs/api.md, the object "Stun".
base::Json ToJson(const StunJudgement& judgement);

}  // namespace dialwatch::diagnosis
