#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/answer_book.h"
#include "probes/rtp/echo_key.h"
#include "probes/rtp/echo_sample.h"
#include "probes/rtp/pacer.h"

namespace dialwatch::probes {

// What a train under way has seen until now.
using TrainWatch = std::function<void(const EchoSample&)>;

// The keys of [media], read anew once a minute, so that they can be changed without a reload. Thread safety: none.
class EchoKeyRing {
 public:
  static constexpr std::chrono::minutes kLasts{1};

  // `path`: empty where nothing needs keys.
  explicit EchoKeyRing(std::string path) : path_(std::move(path)) {}

  base::Result<std::shared_ptr<const EchoKeys>> Take(std::chrono::steady_clock::time_point now);

 private:
  const std::string path_;
  std::shared_ptr<const EchoKeys> keys_;
  std::chrono::steady_clock::time_point until_;
};

// What the probes of audio share that live on one loop. Thread safety: none; use it on its loop's thread only.
struct EchoMeans {
  EchoMeans(EventLoop& loop, const config::Settings& settings);

  AnswerBook answers;
  EchoKeyRing keys;
  Pacer pacer;
  TrainWatch watch;  // empty: nobody
};

}  // namespace dialwatch::probes
