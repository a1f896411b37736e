#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/answer_book.h"
#include "probes/rtp/pacer.h"
#include "probes/train/key.h"
#include "probes/train/sample.h"

namespace dialwatch::probes {

// What a train under way has seen until now.
using TrainWatch = std::function<void(const TrainSample&)>;

// The keys of [media], read anew once a minute, so that they can be changed without a reload. Thread safety: none.
class TrainKeyRing {
 public:
  static constexpr std::chrono::minutes kLasts{1};

  // `path`: empty where nothing needs keys.
  explicit TrainKeyRing(std::string path) : path_(std::move(path)) {}

  base::Result<std::shared_ptr<const TrainKeys>> Take(std::chrono::steady_clock::time_point now);

 private:
  const std::string path_;
  std::shared_ptr<const TrainKeys> keys_;
  std::chrono::steady_clock::time_point until_;
};

// What the probes of audio share that live on one loop. Thread safety: none; use it on its loop's thread only.
struct MediaMeans {
  MediaMeans(EventLoop& loop, const config::Settings& settings);

  AnswerBook answers;
  TrainKeyRing keys;
  Pacer pacer;
  TrainWatch watch;  // empty: nobody
};

}  // namespace dialwatch::probes
