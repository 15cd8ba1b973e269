// Whether a report is harmless to whoever opens it: in a terminal, in a browser that renders its Markdown.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::hostile {

// What is wrong with the text, in words; "" for nothing. Any file: no control characters but newlines, no
// invalid UTF-8, no bidirectional overrides.
std::string UnsafeText(std::string_view text);
// Markdown besides: outside of code no tag, link, image or heading that Venom() brings along.
std::string UnsafeMarkdown(std::string_view text);

}  // namespace plimsoll::hostile
