#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "exporter/http_server.h"
#include "exporter/parameters.h"

namespace dialwatch::exporter {

constexpr char kJsonType[] = "application/json";

// What the server answers.
struct Page {
  unsigned status = 200;
  const char* content_type = "text/plain; charset=utf-8";
  std::string body;
};

// The page at `path`, which comes without the query and percent-decoded; 404 with a list of what there is for any
// other. Thread safe where the sources are.
Page RenderPage(std::string_view path, const Parameters& parameters, const Sources& sources, base::TimePoint now);

// Whether that reads from the database, and so may take a while.
bool IsRemembered(std::string_view path);

// 405, for any method but GET and HEAD.
Page MethodNotAllowed();

}  // namespace dialwatch::exporter
