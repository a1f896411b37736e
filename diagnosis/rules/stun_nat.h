#pragma once

#include "diagnosis/rules.h"

// What the NAT between us and the STUN servers is like. About our own line, so without a subject.
namespace dialwatch::diagnosis {

// stun-nat-symmetric: each destination is given another port (RFC 4787 §4.1), so the port that STUN tells is not the
// one that media leaves from.
std::vector<Finding> StunNatSymmetric(const Situation& situation);

// stun-nat-pooled: the NAT takes one of several addresses by destination (diagnosis/stun/mapping.h), or another one
// nearly every round (RFC 4787 §4.1, REQ-2). An info where `expect_mapped` lists all of them.
std::vector<Finding> StunNatPooled(const Situation& situation);

// stun-nat-lifetime: a mapping that nobody uses is gone within 30 s (RFC 4787 §4.3, REQ-5 has two minutes at least).
std::vector<Finding> StunNatLifetime(const Situation& situation);

}  // namespace dialwatch::diagnosis
