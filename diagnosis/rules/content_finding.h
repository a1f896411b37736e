#pragma once

#include <string>
#include <vector>

#include "diagnosis/evidence.h"

// What the rules about wrong answers have in common: one finding for each dialer and resolver (or authority) whose
// samples have a verdict.
namespace dialwatch::diagnosis {

// One judgement with what it was held against, to be put into a sentence.
struct Exhibit {
  const Situation& situation;
  const DialerCase& dialer_case;
  const Judgement& judgement;

  const config::Dialer& dialer() const { return dialer_case.dialer; }
  const DnsSample& sample() const { return *judgement.sample; }
  const std::string& host() const { return dialer().host; }
  const std::string& via() const { return sample().via.name; }
  std::string answer() const;
  const NameView& name() const;

  // "the authority gives 198.51.100.11", or its last word where it says nothing now, or what is expected.
  std::string WhatIsRight() const;
  // "198.51.100.11", or the authority's last word where it says nothing now; empty where there was none.
  std::string reference() const;
  // "d1.example.com does not exist (NXDOMAIN)", "d1.example.com has no A record (NODATA)"
  std::string Denial() const;
  // The extended errors of the reply, "EDE 15 Blocked (by the office), EDE 22 No Reachable Authority"; empty where
  // none.
  std::string ExtendedErrors() const;
  // The zone that the name is in, as far as is known.
  std::string Zone() const;
  Control control() const { return situation.picture.controls().At(Zone(), via()); }
  // "; it sees another authority than we do", where a name that no cache can hold is wrong too; else empty.
  std::string OtherAuthority() const;
};

using Sentence = std::string (*)(const Exhibit&);
using Advice = std::vector<std::string> (*)(const Exhibit&);

// A finding that no two exchanges have shown is an info: one odd reply wakes nobody.
std::vector<Finding> FindVerdict(const Situation& situation, Verdict verdict, Sentence sentence, Advice advice);

// What to do about a wrong answer: drop the copy, or, where a control name is wrong too, look for another authority.
std::vector<std::string> AdviseOnWrongAnswer(const Exhibit& exhibit);

}  // namespace dialwatch::diagnosis
