#include "mutate/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::mutate {
namespace {

constexpr size_t kLongestMessage = 2000;
constexpr size_t kLongestShown = 300;
constexpr size_t kShortestValue = 3;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }

// Where it is no part of a longer word.
void ReplaceWord(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    const size_t end = at + what.size();
    const bool inside = (at > 0 && IsWord(text[at - 1]) && IsWord(what.front())) ||
                        (end < text.size() && IsWord(text[end]) && IsWord(what.back()));
    if (!inside) text.replace(at, what.size(), with);
    at += inside ? 1 : with.size();
  }
}

// "..." '...' and `...`; an apostrophe inside of a word opens nothing.
std::string WithoutQuoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char quote = text[i];
    const bool opens = quote == '"' || quote == '`' || (quote == '\'' && (i == 0 || !IsWord(text[i - 1])));
    if (!opens) {
      out += quote;
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
    out += "<value>";
    i = end;
  }
  return out;
}

// "Go struct field ContainerConfig.HostConfig.Memory of type int64": one class whichever field it is.
void ReplaceAfter(std::string& text, const std::string& words, const std::string& with) {
  for (size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    const size_t begin = at + words.size();
    size_t end = begin;
    while (end < text.size() && text[end] != ' ' && text[end] != ',' && text[end] != ';') ++end;
    text.replace(begin, end - begin, with);
  }
}

// "json: cannot unmarshal number 1e300 into Go value": one class whatever it was.
void ReplaceKind(std::string& text) {
  constexpr std::string_view kBegin = "cannot unmarshal ", kEnd = " into ";
  for (size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + kBegin.size())) {
    const size_t begin = at + kBegin.size(), end = text.find(kEnd, begin);
    if (end != std::string::npos) text.replace(begin, end - begin, "<kind>");
  }
}

// Ids, numbers, addresses.
std::string WithoutNumbers(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && (IsDigit(text[end]) || (text[end] >= 'a' && text[end] <= 'f'))) ++end;
    const bool alone = i == 0 || !IsWord(text[i - 1]);
    if (alone && end - i >= 12) {
      out += "<id>";
      i = end;
    } else if (IsDigit(text[i])) {
      while (i < text.size() && (IsDigit(text[i]) || (text[i] == '.' && i + 1 < text.size() && IsDigit(text[i + 1])))) ++i;
      if (out.ends_with("-")) out.pop_back();
      out += "<n>";
    } else {
      out += text[i++];
    }
  }
  return out;
}

void CollectTexts(const Json& value, std::vector<std::string>& out) {
  if (value.is_string()) out.push_back(value);
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) CollectTexts(member, out);
}

std::vector<std::string> TextsOf(const Trial& trial) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : trial.query) texts.push_back(value);
  for (const auto& [name, value] : trial.path_values) texts.push_back(value);
  for (const http::Header& header : trial.headers) texts.push_back(header.value);
  if (const Json* json = std::get_if<Json>(&trial.body)) CollectTexts(*json, texts);
  std::erase_if(texts, [](const std::string& text) { return text.size() < kShortestValue; });
  std::ranges::sort(texts, [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.size() > 100) texts.resize(100);
  return texts;
}

}  // namespace

std::string Text(const AnswerClass& answer) {
  std::string out = answer.after.empty() ? "" : fmt::format("then {}: ", answer.after);
  switch (answer.kind) {
    case AnswerClass::Kind::kAnswered: out += std::to_string(answer.status); break;
    case AnswerClass::Kind::kGoesOn: out += fmt::format("{}, and goes on", answer.status); break;
    case AnswerClass::Kind::kNoAnswer: out += "no answer"; break;
    case AnswerClass::Kind::kClosed: out += "connection closed"; break;
    case AnswerClass::Kind::kMalformed: out += "no HTTP"; break;
    case AnswerClass::Kind::kDied: out += "the engine died"; break;
  }
  return answer.message.empty() ? out : out + ": " + answer.message;
}

std::string MessageOf(const Answered& answered) {
  if (answered.status == 0) return answered.error;
  const bool success = answered.status < 400;
  if (success) {
    // Progress is told line by line, and so is a failure on the way.
    const size_t at = answered.body.rfind("{\"errorDetail\"");
    const size_t other = answered.body.rfind("{\"error\"");
    const size_t begin = at != std::string::npos ? at : other;
    if (begin == std::string::npos) return "";
    const size_t end = answered.body.find_first_of("\r\n", begin);
    const auto line = TryParseJson(std::string_view(answered.body).substr(begin, end - begin));
    return line ? GetString(*line, "error") : "";
  }
  const auto json = TryParseJson(answered.body);
  if (!json || !json->is_object()) return std::string(Trim(answered.body));
  const std::string message = GetString(*json, "message", GetString(*json, "cause"));
  return message.empty() ? std::string(Trim(answered.body)) : message;
}

std::string NormalMessage(std::string_view message, const Trial& trial, const Names& names) {
  std::string text(message.substr(0, kLongestMessage));
  for (const auto& [name, value] : names) {
    if (value.size() >= kShortestValue) ReplaceAll(text, value, "<" + name + ">");
  }
  text = WithoutQuoted(text);
  ReplaceKind(text);
  ReplaceAfter(text, "Go struct field ", "<field>");
  ReplaceAfter(text, "Go value of type ", "<type>");
  ReplaceAfter(text, "<field> of type ", "<type>");
  for (const std::string& value : TextsOf(trial)) ReplaceWord(text, value, "<value>");
  text = WithoutNumbers(text);
  ReplaceAll(text, " ()", " (<value>)");
  return Abridged(Trim(text), kLongestShown);
}

AnswerClass ClassOf(const Answered& answered, const Trial& trial, const Names& names) {
  using Kind = AnswerClass::Kind;
  AnswerClass out;
  out.status = answered.status;
  out.message = NormalMessage(MessageOf(answered), trial, names);
  if (answered.engine_died) {
    out.kind = Kind::kDied;
    out.message.clear();
  } else if (answered.outcome == http::Outcome::kMalformed) {
    out.kind = Kind::kMalformed;
  } else if (answered.status != 0 && answered.goes_on) {
    out.kind = Kind::kGoesOn;
    out.message.clear();
  } else if (answered.outcome == http::Outcome::kTimedOut) {
    out.kind = Kind::kNoAnswer;
    out.message.clear();
  } else if (answered.outcome != http::Outcome::kAnswered) {
    out.kind = Kind::kClosed;
  }
  return out;
}

bool IsFinding(const AnswerClass& answer, const openapi::Operation& operation) {
  using Kind = AnswerClass::Kind;
  if (answer.kind == Kind::kGoesOn) return answer.status >= 500;
  if (answer.kind != Kind::kAnswered) return true;
  if (answer.status < 500) return false;
  const bool says_not_here = answer.status == 501 || answer.status == 503;
  return !says_not_here || !answer.after.empty() || !operation.responses.contains(answer.status);
}

bool IsPanic(const AnswerClass& answer) {
  return answer.message.find("runtime error: ") != std::string::npos || answer.message.find("panic: ") != std::string::npos ||
         answer.message.find("interface conversion: ") != std::string::npos;
}

bool Probed::any_finding() const {
  return std::ranges::any_of(classes, [](const FoundClass& found) { return found.finding; });
}

}  // namespace plimsoll::mutate
