#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dialwatch::probes {

// How a text is written in which servers are looked for.
enum class Syntax : std::uint8_t {
  kText,    // anything, such as an export; has no comments
  kScript,  // HTML and JavaScript
  kConf,    // Asterisk's: ";" to the end of the line, ";--" to "--;"
};

// The text with blanks in place of comments, so that lines and columns stay: nobody is told to use what stands in a
// comment. Where a script leaves a doubt, such as in the long lines of what is minified, it is no comment: a server
// that is told without need is better than one that is missed.
std::string WithoutComments(std::string text, Syntax syntax);

}  // namespace dialwatch::probes
