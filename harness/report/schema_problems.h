// For this folder's tests: what a document lacks or has too much by a schema of harness/docs.
#pragma once

#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/json.h"
#include "base/text.h"
#include "report/escape.h"

namespace plimsoll::report {

inline std::string SchemaProblems(const Json& document, const std::string& schema_file) {
  const auto text = ReadFile(std::string(PLIMSOLL_SOURCE_DIR) + "/harness/docs/" + schema_file);
  if (!text) return text.error().Text();
  const Json schema_json = Json::parse(*text);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(document);
  if (valijson::Validator().validate(schema, target, &results)) return "";
  std::string problems;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) problems += Flat(error.description) + "\n";
  return problems;
}

}  // namespace plimsoll::report
