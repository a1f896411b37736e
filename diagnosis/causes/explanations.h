#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dialwatch::diagnosis {

// What a cause and its symptom must have in common.
enum class Scope : std::uint8_t {
  kDialer,
  kResolver,
  kDialerAndResolver,
  kZone,
  kServer,   // a cause that names none is about all of them
  kWitness,  // the cause's evidence shows that the resolver or zone of the symptom fails; else of the symptom's
             // evidence
};
std::string_view FormatScope(Scope scope);  // "resolver and dialer"

// Where a finding of `cause` stands, one of `symptom` follows from it.
struct Explanation {
  std::string_view cause, symptom;
  Scope scope;
};

// What explains what, a line each; docs/findings.md repeats it, and a test holds it to that. No chain leads back.
std::span<const Explanation> Explanations();

// Rules that neither explain anything nor follow from anything: each is its own reason, and somebody else mends it.
std::span<const std::string_view> Loners();

}  // namespace dialwatch::diagnosis
