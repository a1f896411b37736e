#include "reflector/train_table.h"

#include <utility>

namespace dialwatch::reflector {

TrainTable::Train* TrainTable::Find(std::uint64_t id, Time now) {
  while (!entries_.empty() && entries_.front().until <= now) {
    trains_.erase(entries_.front().id);
    entries_.pop_front();
  }
  auto known = trains_.find(id);
  if (known == trains_.end()) {
    if (trains_.size() >= most_) return nullptr;
    entries_.push_back({id, {}, {}});
    known = trains_.emplace(id, std::prev(entries_.end())).first;
  }
  const auto entry = known->second;
  entry->until = now + life_;
  entries_.splice(entries_.end(), entries_, entry);
  return &entry->train;
}

}  // namespace dialwatch::reflector
