#include "tests/replay/chart.h"

#include <fmt/format.h>

#include <algorithm>

namespace dialwatch::replay {
namespace {

using namespace std::chrono_literals;
using Kind = daemon::ReplayEvent::Kind;

constexpr int kWidth = 960, kHeight = 470;
constexpr int kLeft = 56, kRight = 936, kTop = 168, kBottom = 408;  // of the plot
constexpr int kMost = 20;                                           // dialers on the axis

// Colours of a light page, and of a dark one where the browser asks for it.
constexpr std::string_view kStyle = R"(<style>
  .page { fill: #ffffff; stroke: #d0d7de }
  text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #57606a }
  .title { font-size: 18px; font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .outage { fill: #57606a; fill-opacity: .16 } .after { fill: #57606a; fill-opacity: .07 }
  .truth { fill: #e5534b; fill-opacity: .28; stroke: none }
  .seen { fill: none; stroke: #0969da; stroke-width: 2 }
  .us { fill: #0969da } .us-line { stroke: #0969da; stroke-width: 1.5 }
  .them { fill: #bc4c00 } .them-line { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3 }
  .us, .them { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d }
    text { fill: #9198a1 } .title { fill: #f0f6fc }
    .grid { stroke: #262c36 }
    .outage { fill: #9198a1; fill-opacity: .22 } .after { fill: #9198a1; fill-opacity: .09 }
    .truth { fill: #f85149; fill-opacity: .34 }
    .seen { stroke: #58a6ff } .us { fill: #58a6ff } .us-line { stroke: #58a6ff }
    .them { fill: #f0883e } .them-line { stroke: #f0883e }
  }
</style>
)";

int X(TimePoint at) {
  const TimePoint begin = Sunday(0), end = Monday(16);
  return kLeft + static_cast<int>((kRight - kLeft) * (std::clamp(at, begin, end) - begin) / (end - begin));
}

int Y(std::size_t dialers) {
  return kBottom - (kBottom - kTop) * static_cast<int>(dialers) / kMost;
}

std::string Text(int x, int y, std::string_view anchor, std::string_view kind, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n", x, y, anchor, kind, text);
}

std::string Line(int x1, int y1, int x2, int y2, std::string_view kind) {
  return fmt::format("<path d=\"M{} {}L{} {}\" class=\"{}\"/>\n", x1, y1, x2, y2, kind);
}

std::string Band(TimePoint from, TimePoint to, std::string_view kind) {
  return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"/>\n", X(from), kTop,
                     X(to) - X(from), kBottom - kTop, kind);
}

// A staircase, one step for each change.
template <typename CountAt>
std::string Steps(const Watched& watched, const CountAt& count_at) {
  std::string path = fmt::format("M{} {}", kLeft, Y(0));
  std::size_t before = 0;
  for (const Watched::Moment& moment : watched.moments) {
    const std::size_t count = count_at(moment);
    if (moment.at >= Sunday(0) && moment.at < Monday(16) && count != before) {
      path += fmt::format("H{}V{}", X(moment.at), Y(count));
      before = count;
    }
  }
  return path + fmt::format("H{}", kRight);
}

std::string Axes() {
  std::string out;
  for (std::size_t dialers = 0; dialers <= kMost; dialers += 5) {
    out += Line(kLeft, Y(dialers), kRight, Y(dialers), "grid");
    out += Text(kLeft - 8, Y(dialers) + 4, "end", "tick", std::to_string(dialers));
  }
  for (int hour = 0; hour <= 40; hour += 4) {
    const int x = X(Sunday(hour));
    out += Line(x, kBottom, x, kBottom + 5, "grid");
    out += Text(x, kBottom + 20, "middle", "tick", fmt::format("{}:00", hour % 24));
  }
  out += Text(X(Sunday(12)), kBottom + 42, "middle", "tick", "Sunday, 30 August 2020 (PDT)");
  out += Text(X(Monday(8)), kBottom + 42, "middle", "tick", "Monday, 31 August");
  out += Line(X(Monday(0)), kBottom, X(Monday(0)), kBottom + 48, "grid");
  return out;
}

// A moment, with its name above the plot at the height `y`.
std::string Mark(TimePoint at, int y, std::string_view who, std::string_view anchor, std::string_view text) {
  const int x = X(at), aside = anchor == "start" ? 6 : -6;
  return Line(x, y - 11, x, kBottom, fmt::format("{}-line", who)) + Text(x + aside, y, anchor, who, text);
}

// By the clock there.
std::string ClockText(TimePoint at) {
  const auto since = (at - Sunday(0)) % 24h;
  return fmt::format("{}:{:02}", since / 1h, since % 1h / 1min);
}

std::string Head() {
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
             "role=\"img\" aria-label=\"Dialers with a wrong copy of their name at one public resolver, from Sunday "
             "0:00 to Monday 16:00\">\n{2}"
             "<rect x=\".5\" y=\".5\" width=\"{3}\" height=\"{4}\" rx=\"6\" class=\"page\"/>\n",
             kWidth, kHeight, kStyle, kWidth - 1, kHeight - 1) +
         Text(kLeft, 34, "start", "title", "Dialers, of 40, that one public resolver led callers away from") +
         Text(kLeft, 56, "start", "tick",
              "a simulation by the published timeline: copies live a day, and each name was cached at a time of its "
              "own");
}

std::string Legend() {
  return fmt::format("<rect x=\"{}\" y=\"70\" width=\"22\" height=\"10\" class=\"truth\"/>\n", kLeft) +
         Text(kLeft + 30, 80, "start", "tick", "wrong in the model") + Line(kLeft + 164, 75, kLeft + 186, 75, "seen") +
         Text(kLeft + 194, 80, "start", "tick", "wrong by dialwatch, which asks every 30 s");
}

// Who knew of it when.
std::string Marks(TimePoint told) {
  return Mark(told, 112, "us", "start", fmt::format("{} dialwatch would have told, with the cause", ClockText(told))) +
         Mark(Monday(6), 112, "them", "end", "6:00 first reports") +
         Mark(Monday(13, 5), 138, "them", "end", "13:05 cause found") +
         Mark(Monday(13, 45), 112, "them", "end", "13:45 mended") + Line(X(told), 146, X(Monday(6)), 146, "us-line") +
         Text(X(Sunday(18)), 140, "middle", "us", fmt::format("{} hours earlier", (Monday(6) - told) / 1h));
}

}  // namespace

std::string DrawChart(const Story& story, const Watched& watched) {
  const daemon::ReplayEvent* message = watched.First(Kind::kMessage, "dns-bogus");
  const std::string truth =
      Steps(watched, [&](const Watched::Moment& moment) { return story.WrongAt(moment.at).size(); });
  const std::string seen = Steps(watched, [](const Watched::Moment& moment) { return moment.wrong.size(); });
  return Head() + Legend() + Band(Sunday(3), Sunday(6), "outage") + Band(Sunday(6), Sunday(14), "after") + Axes() +
         fmt::format("<path d=\"{}V{}H{}Z\" class=\"truth\"/>\n", truth, Y(0), kLeft) +
         Text(X(Sunday(4, 50)), kTop + 18, "middle", "tick", "outage") +
         Text(X(Sunday(10)), kTop + 18, "middle", "tick", "still wrong (assumed)") +
         (message == nullptr ? "" : Marks(message->at)) +
         fmt::format("<path d=\"{}\" class=\"seen\"/>\n</svg>\n", seen);
}

}  // namespace dialwatch::replay
