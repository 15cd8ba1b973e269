#include "relay/command_words.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "relay/redact.h"

namespace plimsoll::relay {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr int kDeepestScript = 4;  // scripts in scripts
// One of fewer characters is part of many words by chance.
constexpr size_t kShortSecret = 6;

constexpr std::string_view kSecretOptions[] = {"--password",  "--pass",          "--token",         "--creds",          "--src-creds",     "--dest-creds",
                                               "--proxy-user", "--oauth2-bearer", "--http-password", "--proxy-password", "--registry-token", "--identity-token"};

bool IsSecretOption(std::string_view word) { return std::ranges::find(kSecretOptions, word) != std::end(kSecretOptions); }

// What a word means depends on the program.
struct Program {
  bool login = false, curl = false;
};

void Learn(Program& program, std::string_view word) {
  program.login |= word == "login";
  program.curl |= word.substr(word.rfind('/') + 1) == "curl";
}

std::string_view Unquoted(std::string_view word) {
  const bool quoted = word.size() >= 2 && (word.front() == '\'' || word.front() == '"') && word.back() == word.front();
  return quoted ? word.substr(1, word.size() - 2) : word;
}

// Where the credential of an option begins in its own word; npos: there is none.
size_t ValueWithin(std::string_view word, const Program& program) {
  const size_t equals = word.find('=');
  if (equals != word.npos && (IsSecretOption(word.substr(0, equals)) || (program.curl && word.substr(0, equals) == "--user"))) return equals + 1;
  if (program.login && word.starts_with("-p") && word.size() > 2) return 2;
  if (!program.curl || !word.starts_with("-") || word.starts_with("--")) return word.npos;
  // "-sSu user:password", "-uuser:password": of the options before only such as take no value.
  const size_t user = word.find_first_not_of("sSkfLivgqN0123456789GIjlOR#an", 1);
  return user != word.npos && (word[user] == 'u' || word[user] == 'U') ? user + 1 : word.npos;
}

// Whether the next word is a credential.
bool IsValueNext(std::string_view word, const Program& program) {
  if (IsSecretOption(word) || (program.login && word == "-p")) return true;
  return program.curl && (word == "--user" || ValueWithin(word, program) == word.size());
}

// "https://user:password@host" without the user.
std::string WithoutUsers(std::string text) {
  for (size_t at = text.find("://"); at != text.npos; at = text.find("://", at + 3)) {
    const size_t begin = at + 3, end = std::min(text.find_first_of("/'\" \t\r\n", begin), text.size());
    const size_t sign = text.rfind('@', end);
    if (sign != text.npos && sign > begin && text.find(':', begin) < sign) text.replace(begin, sign - begin, kRedacted);
  }
  return text;
}

std::string HideInScript(std::string_view text, int depth);

// A word that is no credential as a whole.
std::string HideInWord(std::string_view word, const Program& program, int depth) {
  const std::string_view inner = Unquoted(word);
  const std::string quote(inner.size() < word.size() ? word.substr(0, 1) : "");
  const size_t header = EndOfSecretHeader(inner);
  if (header != inner.npos && inner.substr(0, header).find_first_of(kBlanks) == inner.npos) {
    return quote + std::string(inner.substr(0, header)) + " " + std::string(kRedacted) + quote;
  }
  const bool has_blanks = inner.find_first_of(kBlanks) != inner.npos;
  const bool is_json = inner.starts_with('{') || inner.starts_with('[');
  if ((is_json || !has_blanks) && NamesSecret(inner)) return std::string(kRedacted);
  if (has_blanks) return quote + HideInScript(inner, depth + 1) + quote;
  const size_t value = ValueWithin(inner, program);
  if (value < inner.size()) return quote + std::string(inner.substr(0, value)) + std::string(kRedacted) + quote;
  return WithoutUsers(std::string(word));
}

// The end of the word that begins here, as a shell sees words; what is quoted and not closed goes on to the end.
size_t EndOfWord(std::string_view text, size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'') {
      ++at;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (kBlanks.find(c) != kBlanks.npos || std::string_view(";|&()<>").find(c) != std::string_view::npos) {
      break;
    }
  }
  return std::min(at, text.size());
}

std::string HideInScript(std::string_view text, int depth) {
  // The password is on the way from somewhere else in it.
  if (depth > kDeepestScript || text.find("--password-stdin") != text.npos) return std::string(kRedacted);
  std::string out;
  Program program;
  bool is_next = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = EndOfWord(text, at);
    if (end == at) {
      out += text[at++];
      continue;
    }
    const std::string_view word = text.substr(at, end - at), inner = Unquoted(word);
    at = end;
    Learn(program, inner);
    out += is_next ? std::string(kRedacted) : HideInWord(word, program, depth);
    is_next = IsValueNext(inner, program);
    if (inner == "login" && at < text.size()) return out + " " + std::string(kRedacted);
  }
  return out;
}

bool IsPartOfWord(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string WithoutSecret(std::string text, const std::string& secret) {
  for (size_t at = text.find(secret); at != text.npos; at = text.find(secret, at)) {
    const size_t end = at + secret.size();
    const bool alone = (at == 0 || !IsPartOfWord(text[at - 1])) && (end == text.size() || !IsPartOfWord(text[end]));
    if (!alone && secret.size() < kShortSecret) {
      ++at;
      continue;
    }
    text.replace(at, secret.size(), kRedacted);
    at += kRedacted.size();
  }
  return text;
}

}  // namespace

std::vector<std::string> WithoutPasswords(std::vector<std::string> command) {
  Program program;
  for (const std::string& word : command) Learn(program, word);
  bool is_next = false;
  for (std::string& word : command) {
    const bool hide = std::exchange(is_next, IsValueNext(word, program));
    word = hide ? std::string(kRedacted) : HideInWord(word, program, 0);
  }
  return command;
}

std::vector<std::string> WithoutSecrets(std::vector<std::string> command, const std::vector<std::string>& secrets) {
  for (std::string& word : command) {
    for (const std::string& secret : secrets) word = WithoutSecret(std::move(word), secret);
  }
  return command;
}

}  // namespace plimsoll::relay
