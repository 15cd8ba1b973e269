// Result<T>: a value, or the Error that kept it from coming to be.
// Library exceptions are caught where the library is called and become an Error; none crosses a
// module. An Error means "the program cannot go on with this"; what an engine does wrong is never
// an Error but an observation, what a user's file does wrong is a Diagnostic.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace plimsoll {

struct Error {
  std::string what;  // one sentence: what happened, where
  std::string hint;  // what to do about it; may be empty

  std::string Text() const { return hint.empty() ? what : what + "\n" + hint; }
};

template <class T>
using Result = tl::expected<T, Error>;

using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> Fail(std::string what, std::string hint = "") {
  return tl::make_unexpected(Error{std::move(what), std::move(hint)});
}

}  // namespace plimsoll
