// Text from engines and scenario files is data: made safe here for each place that a report puts
// it. Everything passes through base's Printable first, so no control character, no bidirectional
// override and no invalid UTF-8 reaches a report. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::report {

// Runs of white space become one space, none at the ends: for prose that an author wrapped in YAML.
std::string Flat(std::string_view text);

// Plain words in Markdown: nothing in it can start a link, a list, HTML, a table cell or
// mathematics.
std::string MdText(std::string_view text);
// A code span, for a paragraph and a table cell alike. An empty text is shown as `""`.
std::string MdCode(std::string_view text);
// A sentence with `code` in it, as expect::Predicate::Describe gives it: the code stays code.
std::string MdInline(std::string_view text);
// Prose that an author wrote, on one line: `code` stays code, addresses become links, nothing else
// has a meaning.
std::string MdProse(std::string_view text);
// A fenced block of `text` as it is; its lines must have been made printable by whoever wrote them.
std::string MdFence(std::string_view language, std::string_view text);
// What GitHub makes of a heading's text when it is linked to.
std::string MdAnchor(std::string_view heading);

std::string HtmlText(std::string_view text);
// The text of a Mermaid message: no `;`, `#` or newline of its own, which end or escape it.
std::string MermaidText(std::string_view text);
// For XML 1.0 text and attribute values. Newlines and tabs are kept, what XML cannot hold is shown
// escaped ("\x1b").
std::string XmlText(std::string_view text);

// One word of a POSIX shell command, in single quotes unless it needs none.
// REQUIRES: no NUL in `text`.
std::string ShellWord(std::string_view text);
// `text` as the name of a file: letters, digits, ".", "_" and "-", not beginning with a dot, at
// most 120 bytes.
std::string FileName(std::string_view text);

}  // namespace plimsoll::report
