#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dialwatch::config {

// A file of the source tree by its path in it.
std::string ReadSourceFile(const std::string& path);

// "LINE:COL: MESSAGE" of each error of `text`.
std::vector<std::string> ErrorsOf(std::string_view text);

}  // namespace dialwatch::config
