#pragma once

#include <string>
#include <string_view>

namespace dialwatch::probes::record {

// Appends `text` as a JSON string. What is no UTF-8, since a stranger wrote it, becomes {"hex": "…"}: JSON could not
// hold it, and nothing is to be lost.
void AppendText(std::string_view text, std::string& out);

}  // namespace dialwatch::probes::record
