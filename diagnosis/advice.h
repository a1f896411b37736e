#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

// Where anybody can have this resolver drop a name; empty: its operator has no such page.
std::string_view FlushPage(const std::string& resolver, const Settings& settings);

// "flush the affected names at https://…", or whom to ask where the operator has no such page.
std::string FlushAdvice(const std::string& resolver, const Settings& settings);

// What helps against a wrong copy at `resolver`, in order. Worded without the name, since an incident of many dialers
// repeats it.
std::vector<std::string> AdviceOnWrongCopy(const std::string& resolver, const DialerCase& dialer,
                                           const Settings& settings);

// What helps where the resolver asks another authority than we do.
std::vector<std::string> AdviceOnOtherAuthority(const std::string& resolver, const std::string& zone,
                                                const DialerCase& dialer, const Settings& settings);

// Whom clients may ask meanwhile, and where to look for those that ask the wrong one.
void AdviseOther(const std::string& resolver, const DialerCase& dialer, const Settings& settings,
                 std::vector<std::string>& advice);

}  // namespace dialwatch::diagnosis
