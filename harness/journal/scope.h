// The Scope: everything a ${...} in a scenario can see, as one JSON object, built from records. The
// executor uses it while a case runs and the analysis uses it afterwards, so both see the same.
//
//   <parameter>                     the matrix value (AbsentMarker for `absent`)
//   <as>                            an exchange: status, reason, headers{lower-case name: value}, body
//                                   (parsed JSON or null), documents [each JSON document in the body],
//                                   header_documents{}, files [of a tar archive: archive_files.h] or null,
//                                   text, size, fnv1a, outcome, error, took (ns, sent to ended),
//                                   started_at, sent_at, first_byte_at, head_at, ended_at (ns),
//                                   framing ("multiplexed" | "raw" | null), stdout, stderr,
//                                   stdout_size, stderr_size, frames, malformed, upgraded, websocket
//                                   {accepted, frames, opcodes, pongs, closed, close_code, close_reason} or null,
//                                   ended (true: the engine ended it), probe (below)
//   <as> of a read                  found, why, text, took, started_at, ended_at
//   <as> of sleep or await-event    found, took, started_at, ended_at
//   events                          list [raw events, with received_at], actions ["create", ...],
//                                   container / network / volume / image [actions of that type]
//   image, case, engine, run        given by the run: image.probe, case.name, case.id, engine.api ...
// probe: the JSON lines {"probe": KIND, ...} found in stdout, by kind: probe.start[0].pid,
//   probe.signal[*].signal, probe.eof[0].at; every kind is an array.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/json.h"
#include "expect/template.h"
#include "journal/records.h"
#include "journal/stream_text.h"

namespace plimsoll::journal {

// The members of a view that somebody looks at, so that what costs most (bodies parsed, streams decoded) is
// not worked out for nobody: those are null or empty in a view without them. nullopt: all.
using Members = std::optional<std::set<std::string, std::less<>>>;
// The same for a scope, by root; what is not in it is not looked at.
using Interest = std::map<std::string, Members, std::less<>>;
void AddTo(Interest& interest, const expect::Path& path);

// The decoder for what comes on the exchange's stream, as its handshake tells.
StreamText TextFor(const Exchange& exchange);

Json ViewOf(const Exchange& exchange, const Members& members = std::nullopt);
Json ViewOf(const Reading& reading);
Json ViewOf(const Mark& mark);
Json ViewOf(const std::vector<Event>& events);

// The part that no step changes: image, case, engine, run. `run.options["images"]` names the images.
Json FixedScope(const RunRecord& run, const EngineRecord& engine, const CaseRecord& record);
// The whole scope of a case so far. `fixed` is FixedScope's.
Json ScopeOf(const CaseRecord& record, const Json& fixed);
// As far as `interest` goes: a path in it leads to the same value as in the whole scope.
Json ScopeOf(const CaseRecord& record, const Json& fixed, const Interest& interest);

// The case-independent text of a value: the ids, names, times and ports that an engine makes up are
// replaced by what they stand for (64 hex digits -> <id>, the case's container name -> <name>, RFC 3339
// times -> <time>, plimsoll's own labels left out), so that values of different cases can be compared.
Json Normalize(const Json& value, const CaseRecord& record);

}  // namespace plimsoll::journal
