#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "probes/answer_book.h"

namespace dialwatch::probes {

// The first `most` addresses of a dialer's host. One with addresses of both families is tested at those to which there
// is a way at all.
std::vector<AnswerBook::Address> ReachableAddresses(const AnswerBook& answers, const std::string& host,
                                                    std::uint16_t port, std::size_t most);

}  // namespace dialwatch::probes
