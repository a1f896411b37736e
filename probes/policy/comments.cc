#include "probes/policy/comments.h"

#include <algorithm>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kLongLine = 1000;  // octets; people do not write such lines, and minifiers leave no comments

bool Has(std::string_view text, std::size_t at, std::string_view part) {
  return text.substr(std::min(at, text.size()), part.size()) == part;
}

void Blank(std::string& text, std::size_t from, std::size_t to) {
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to),
      [](char c) { return c != '\n'; }, ' ');
}

// As Asterisk's main/config.c reads it: "\;" is a semicolon, ";---" is a line's comment, blocks may hold blocks.
std::string WithoutConfComments(const std::string& text) {
  std::string kept = text;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool semicolon = text[i] == ';' && (i == 0 || text[i - 1] != '\\');
    if (depth > 0) Blank(kept, i, i + 1);
    if (!semicolon) continue;
    if (Has(text, i, ";--") && !Has(text, i, ";---")) {
      ++depth;
      Blank(kept, i, i + 3);
      i += 2;
    } else if (depth > 0) {
      if (i >= 2 && Has(text, i - 2, "--;")) --depth;
    } else {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      Blank(kept, i, end);
      i = end;
    }
  }
  return kept;
}

// Where a part stands next. Asked for places that only grow, all answers take one walk through the text.
class Next {
 public:
  Next(std::string_view text, std::string_view part) : text_(text), part_(part), found_(text.find(part)) {}

  std::size_t From(std::size_t at) {
    if (found_ < at) found_ = text_.find(part_, at);
    return found_;
  }

 private:
  std::string_view text_, part_;
  std::size_t found_;  // npos: nowhere any more
};

// Finds where comments of scripts end, in time that grows with the text alone.
class ScriptComments {
 public:
  explicit ScriptComments(std::string_view text) : text_(text) {}

  // The end of the comment that begins at `at`, or `at` where none does. Where a script begins or ends, so does what
  // only looked like a comment in the text of a page.
  std::size_t EndOf(std::size_t at) {
    if (at > 0 && std::string_view(" \t\r\n>;{}(,").find(text_[at - 1]) == std::string_view::npos) return at;
    if (Has(text_, at, "//")) {
      return std::min({text_.find('\n', at), script_begins_.From(at), script_ends_.From(at), text_.size()});
    }
    if (Has(text_, at, "/*")) {
      const std::size_t end = block_ends_.From(at + 2);
      return end == std::string_view::npos || script_ends_.From(at) < end ? at : end + 2;
    }
    if (Has(text_, at, "<!--") && !FollowsScriptTag(at)) {
      const std::size_t end = html_ends_.From(at + 4);
      return end == std::string_view::npos ? at : end + 3;
    }
    return at;
  }

 private:
  // "<script><!--": hides the script from what knew no scripts, and is run all the same.
  bool FollowsScriptTag(std::size_t at) const {
    const std::size_t tag_ends = text_.substr(0, at).find_last_not_of(" \t\r\n");
    if (tag_ends == std::string_view::npos || text_[tag_ends] != '>') return false;
    const std::size_t tag = text_.rfind('<', tag_ends);
    return Has(text_, tag, "<script") || Has(text_, tag, "<SCRIPT");
  }

  std::string_view text_;
  Next script_begins_{text_, "<script"}, script_ends_{text_, "</script"};
  Next block_ends_{text_, "*/"}, html_ends_{text_, "-->"};
};

std::string WithoutScriptComments(const std::string& text) {
  std::string kept = text;
  ScriptComments comments(text);
  for (std::size_t start = 0; start < text.size();) {
    std::size_t end = std::min(text.find('\n', start), text.size());
    char quote = '\0';  // of the string that we are in; strings end with their line at the latest
    for (std::size_t i = start; i < end && end - start < kLongLine; ++i) {
      const char c = text[i];
      if (c == '\\') {
        ++i;
      } else if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (const std::size_t after = comments.EndOf(i); after > i) {
        Blank(kept, i, after);
        i = after - 1;
        if (after <= end) continue;
        start = after;  // what follows a block of several lines is a line of its own
        end = std::min(text.find('\n', after), text.size());
      }
    }
    start = end + 1;
  }
  return kept;
}

}  // namespace

std::string WithoutComments(std::string text, Syntax syntax) {
  switch (syntax) {
    case Syntax::kText:
      return text;
    case Syntax::kScript:
      return WithoutScriptComments(text);
    case Syntax::kConf:
      return WithoutConfComments(text);
  }
  return text;
}

}  // namespace dialwatch::probes
