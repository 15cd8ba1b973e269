// DescribeCondition of rules.h: conditions in prose.
#include <algorithm>

#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

bool operator==(const Literal& a, const Literal& b) {
  return a.parameter == b.parameter && a.values == b.values;
}

std::string Join(const std::vector<std::string>& parts, const std::string& between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

// "a", "a or b", "a, b or c".
std::string List(const std::vector<std::string>& parts, const std::string& last) {
  if (parts.size() < 2) return Join(parts, "");
  const std::vector<std::string> but_last(parts.begin(), parts.end() - 1);
  return Join(but_last, ", ") + last + parts.back();
}

class Describer {
 public:
  explicit Describer(const std::vector<journal::Parameter>& parameters) : parameters_(parameters) {}

  std::string Describe(const std::vector<Term>& terms) const { return AnyOf(terms).text; }

 private:
  // A text and what holds it together, which says when it needs brackets.
  struct Phrase {
    enum class Kind { kSingle, kAnd, kOr } kind;
    std::string text;
    std::string InBrackets() const { return "(" + text + ")"; }
  };

  // All literals of `shared`, and any of the terms left over.
  Phrase SharedAnd(const Term& shared, const std::vector<Term>& rest) const {
    std::vector<std::string> parts;
    for (const Literal& literal : shared) parts.push_back(Describe(literal));
    const bool always =
        std::any_of(rest.begin(), rest.end(), [](const Term& term) { return term.empty(); });
    if (!always) {
      const Phrase inner = AnyOf(rest);
      parts.push_back(inner.kind == Phrase::Kind::kOr ? inner.InBrackets() : inner.text);
    }
    return {parts.size() > 1 ? Phrase::Kind::kAnd : Phrase::Kind::kSingle, Join(parts, " and ")};
  }

  Phrase AnyOf(std::vector<Term> terms) const {
    if (terms.empty()) return {Phrase::Kind::kSingle, "never"};
    const bool always =
        std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.empty(); });
    if (always) return {Phrase::Kind::kSingle, "always"};
    const Term shared = SharedBy(terms);
    if (!shared.empty()) return SharedAnd(shared, Without(terms, shared));

    std::vector<Phrase> phrases;
    while (!terms.empty()) phrases.push_back(AnyOf(TakeGroup(terms)));
    std::vector<std::string> parts;
    for (const Phrase& phrase : phrases) {
      parts.push_back(phrase.kind == Phrase::Kind::kSingle ? phrase.text : phrase.InBrackets());
    }
    return {Phrase::Kind::kOr, Join(parts, " or ")};
  }

  static bool Has(const Term& term, const Literal& literal) {
    return std::any_of(term.begin(), term.end(),
                       [&](const Literal& other) { return other == literal; });
  }

  static Term SharedBy(const std::vector<Term>& terms) {
    Term shared;
    for (const Literal& literal : terms.front()) {
      if (std::all_of(terms.begin(), terms.end(),
                      [&](const Term& term) { return Has(term, literal); })) {
        shared.push_back(literal);
      }
    }
    return shared;
  }

  static std::vector<Term> Without(std::vector<Term> terms, const Term& shared) {
    for (Term& term : terms) {
      std::erase_if(term, [&](const Literal& literal) { return Has(shared, literal); });
    }
    return terms;
  }

  // Takes the first term out of `terms`, and with it all that share its most common literal, if
  // any.
  static std::vector<Term> TakeGroup(std::vector<Term>& terms) {
    const Literal* common = nullptr;
    ptrdiff_t most = 1;
    for (const Literal& literal : terms.front()) {
      const ptrdiff_t count = std::count_if(terms.begin(), terms.end(),
                                            [&](const Term& term) { return Has(term, literal); });
      if (count <= most) continue;
      most = count;
      common = &literal;
    }
    std::vector<Term> group;
    std::vector<Term> rest;
    for (size_t i = 0; i < terms.size(); ++i) {
      const bool belongs = i == 0 || (common != nullptr && Has(terms[i], *common));
      (belongs ? group : rest).push_back(terms[i]);
    }
    terms = std::move(rest);
    return group;
  }

  const journal::Parameter* FindParameter(const std::string& name) const {
    for (const journal::Parameter& parameter : parameters_) {
      if (parameter.name == name) return &parameter;
    }
    return nullptr;
  }

  std::string Describe(const Literal& literal) const {
    const journal::Parameter* parameter = FindParameter(literal.parameter);
    std::vector<std::string> admitted;
    for (const Json& value : literal.values) admitted.push_back(ValueText(value, parameter));
    if (literal.domain == 2) return literal.parameter + "=" + List(admitted, " or ");
    if (parameter != nullptr && admitted.size() * 2 > literal.domain) {
      std::vector<std::string> refused;
      for (const Json& value : parameter->values) {
        if (std::find(literal.values.begin(), literal.values.end(), value) ==
            literal.values.end()) {
          refused.push_back(ValueText(value, parameter));
        }
      }
      if (refused.size() == 1) return literal.parameter + " is not " + refused.front();
      if (refused.size() == 2) return literal.parameter + " is neither " + List(refused, " nor ");
      if (!refused.empty()) return literal.parameter + " is none of " + List(refused, ", ");
    }
    return literal.parameter + " is " + List(admitted, " or ");
  }

  // Strings stand bare, unless that would make them look like another value of the parameter.
  static std::string ValueText(const Json& value, const journal::Parameter* parameter) {
    if (!value.is_string()) return CompactJson(value);
    const std::string& text = value.get_ref<const std::string&>();
    const bool ambiguous =
        parameter != nullptr &&
        std::any_of(parameter->values.begin(), parameter->values.end(), [&](const Json& other) {
          return !other.is_string() && CompactJson(other) == text;
        });
    return text.empty() || ambiguous ? CompactJson(value) : text;
  }

  const std::vector<journal::Parameter>& parameters_;
};

}  // namespace

std::string DescribeCondition(const std::vector<Term>& terms,
                              const std::vector<journal::Parameter>& parameters) {
  return Describer(parameters).Describe(terms);
}

}  // namespace plimsoll::analyse
