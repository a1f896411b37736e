#pragma once

// Who has which address in the lab: the public services under their own, the call centre's under those that RFC 5737
// keeps for examples.
namespace dialwatch::lab {

constexpr const char* kOffice = "203.0.113.10";  // where the dialwatch under test sits
constexpr const char* kRoot = "192.0.2.1";       // the DNS root, and all zones that are not example.com
constexpr const char* kNs1 = "192.0.2.53";
constexpr const char* kNs2 = "192.0.2.54";
constexpr const char* kNs3 = "192.0.2.55";    // free: for an authority that a test makes itself
constexpr const char* kNs4 = "192.0.2.56";    // likewise
constexpr const char* kRogue = "192.0.2.66";  // answers for example.com for a moment, and should not
constexpr const char* kQuad9 = "9.9.9.9";
constexpr const char* kQuad9Second = "149.112.112.112";
constexpr const char* kCloudflare = "1.1.1.1";
constexpr const char* kCloudflareSecond = "1.0.0.1";
constexpr const char* kGoogle = "8.8.8.8";
constexpr const char* kGoogleSecond = "8.8.4.4";
constexpr const char* kBind = "192.0.2.101";  // free: for resolvers that a test makes itself
constexpr const char* kPowerDns = "192.0.2.102";
constexpr const char* kAnycast = "192.0.2.103";
constexpr const char* kStun = "192.0.2.80";        // stun.telnyx.com
constexpr const char* kSecondStun = "192.0.2.81";  // stun.example.com
constexpr const char* kThirdStun = "192.0.2.82";   // stun3.example.com: nobody listens, but a liar may
constexpr const char* kWrong = "203.0.113.66";     // what a bogus answer points to

}  // namespace dialwatch::lab
