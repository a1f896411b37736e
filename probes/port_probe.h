#pragma once

#include <cstdint>
#include <list>

#include "probes/answer_book.h"
#include "probes/asker.h"
#include "probes/port/knock.h"

namespace dialwatch::probes {

// Asks one port of a dialer's RTP range whether anybody is there, turn by turn, at each address that anybody gives for
// its host. A turn without an address has no sample. Thread safety: none; use it on its loop's thread only.
class PortProbe {
 public:
  static constexpr std::size_t kMostAddresses = 16;  // a turn; there are more only where somebody makes them up

  PortProbe(Asker& asker, const AnswerBook& answers, config::Dialer dialer);

  // Lets go of `turn` when all samples of this turn have been given to the sink. The one before must have ended.
  void Start(const Turn& turn);

 private:
  Asker& asker_;
  const AnswerBook& answers_;
  const config::Dialer dialer_;
  std::uint64_t round_ = 0;
  std::list<PortKnock> knocks_;  // of the newest turn
};

}  // namespace dialwatch::probes
