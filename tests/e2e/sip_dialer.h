#pragma once

#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::e2e {

// sipp as a dialer at ADDRESS:5060 over UDP that answers each call and sends the audio back; it writes down what it
// gets.
class SipDialer {
 public:
  explicit SipDialer(const std::string& address);

  // "INVITE", "ACK", "BYE", … in the order in which they came.
  std::vector<std::string> Requests() const;
  std::size_t CountOf(const std::string& method) const;
  // Waits until that many have come.
  bool Gets(const std::string& method, std::size_t count = 1) const;
  // The most calls that were open at one time, from INVITE to BYE.
  int MostAtOnce() const;

 private:
  lab::TemporaryFolder folder_;
  lab::Process process_;
};

}  // namespace dialwatch::e2e
