// The words of a traced command without the credentials in them: they go into the journal, the page and the scenario. Where it is
// not clear how far a credential goes more is left out, not less. Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace plimsoll::relay {

// By what stands before a credential: --password, --token, --creds, -p of a `login`, -u of curl; headers and members of JSON that
// redact.h knows; user and password of a URL. A word with blanks is looked into as a shell would: what follows a `login` is left out.
std::vector<std::string> WithoutPasswords(std::vector<std::string> command);

// Without these values, as Redact gives them; short ones only where they stand alone.
std::vector<std::string> WithoutSecrets(std::vector<std::string> command, const std::vector<std::string>& secrets);

}  // namespace plimsoll::relay
