#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>

#include "probes/answer_book.h"
#include "probes/asker.h"
#include "probes/call/echo_call.h"
#include "probes/call/switchboard.h"

namespace dialwatch::probes {

// Calls one dialer, turn by turn: at each address that anybody gives for its host, the authority's first, one after the
// other; and once more where it failed or nothing was heard, so that what passes is told from what lasts. A turn has no
// sample where there is no address, and where somebody else of us is calling this dialer. One turn at a time. Thread
// safety: none; use it on its loop's thread only.
class CallProbe {
 public:
  static constexpr std::size_t kMostAddresses = 4;  // a turn; a call takes three seconds

  CallProbe(Asker& asker, const AnswerBook& answers, Switchboard& board, config::Call call);
  ~CallProbe();  // leaves a call that is under way: have it hung up, and wait for the end
  CallProbe(const CallProbe&) = delete;
  CallProbe& operator=(const CallProbe&) = delete;

  // Lets go of `turn` when all samples of this turn have been given to the sink, and its calls have ended.
  void Start(const Turn& turn);

  // Calls nobody any more, and tells nothing more. Lets go of `turn` when the call under way has ended.
  void HangUp(const Turn& turn);

 private:
  using Time = std::chrono::steady_clock::time_point;

  base::Status Prepare();
  void CallNext();
  void Call(CallTurns::Turn right);
  bool IsToldThePassword(const AnswerBook::Address& place) const;
  void Take(const AnswerBook::Address& place, const EchoCallSample& sample);
  CallSubject SubjectAt(const AnswerBook::Address& place) const;
  void TellUnsent(SipOutcome outcome, std::string why);

  Asker& asker_;
  const AnswerBook& answers_;
  Switchboard& board_;
  const config::Call settings_;
  std::shared_ptr<TlsPeer> tls_;  // kept, since it holds what the machine trusts
  std::uint64_t round_ = 0;
  SipAccount account_;                      // of this turn
  bool authority_known_ = false;            // it gives one of these:
  std::deque<AnswerBook::Address> places_;  // of this turn, that are to be called
  std::set<base::IpAddress> again_;         // of this turn, that are called once more
  Time end_;                                // after which no call of this turn begins
  Turn turn_;
  Turn hanging_up_;
  bool hung_up_ = false;
  std::unique_ptr<EchoCall> call_;
};

}  // namespace dialwatch::probes
