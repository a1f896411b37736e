#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "diagnosis/media/train_view.h"

// Where the trains to a dialer went, held against one another.
namespace dialwatch::diagnosis {

// A train of fifty packets is no single packet: two of them make a fact where another address does well meanwhile.
constexpr int kTrainsOfAFact = 2;

// The addresses of one dialer, sorted out. Valid as long as the view.
struct TrainCase {
  std::vector<const TrainSeries*> right;  // where it echoes in its own name, or in the one that the authority leads to
  std::vector<const TrainSeries*> own;    // where its callers are meant to go, whether it echoes there or not
  std::vector<const TrainSeries*> dead;   // of these, where it does not, while there is a right one
  // By resolver: addresses that it gives, and that lead to silence or to another dialer, while there is a right one.
  std::map<std::string, std::vector<const TrainSeries*>> misdirected;
};

// `dialer`: the configured name, one of `dialers`. What the authority gives is never a misdirection; where it is
// silent, an address is that only if those who give it give no right one beside it.
TrainCase SortOut(const TrainView& view, const std::string& dialer, const std::vector<config::Dialer>& dialers);

// Since when there is silence, or another dialer echoes there.
TimePoint AstraySince(const TrainSeries& series);

}  // namespace dialwatch::diagnosis
