// Lies: what an engine can say or do that no honest one would, each with what a user is shown of it. Data for
// hostile_engine_test.cc; plain values, built anew by every call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "testing/fake_engine.h"

namespace plimsoll::hostile {

using testing::FakeEngine;
using testing::Peer;
using testing::Reply;
using testing::SeenRequest;

inline constexpr const char* kOneCall = "  - {call: GET /lie, as: lie}\n";
// For an engine that does not answer at all: what is waited for decides nothing but the length of the test.
inline constexpr const char* kOneShortCall = "  - {call: GET /lie, as: lie, within: 300ms}\n";
// For what is long to read, above all for a build with sanitizers.
inline constexpr const char* kOneLongCall = "  - {call: GET /lie, as: lie, within: 9m}\n";
inline constexpr const char* kOneStream = "  - {open: POST /lie, as: lie}\n  - {read: lie, until: end, as: end}\n";

struct Lie {
  std::string name;                            // a sentence about the engine
  std::function<void(FakeEngine& fake)> tell;  // puts the lie into the fake's routes
  // What the user is shown of the exchange `lie`: "answered 200", "malformed: why", "harness error: why"; a glob.
  std::string shown;
  std::string steps = kOneCall;  // of the case that is lied to
  std::string matrix = "";       // of its scenario: "matrix: {at: [1]}\n"; `shown` then holds for each case
  std::string deadline = "60s";  // of the case
  // The verdict of the case, which expects to be answered; "": conforms where it is shown an answer, else deviates.
  std::string verdict = "";
  // Verdict of the honest cases that run at the same time; "": the lie leaves room for none, so none are run.
  std::string neighbours = "conforms";
  // Whether the case looks at its events; `shown` then tells their actions.
  bool events = false;
  // Where not even a session can be opened: what RunPlan says instead; a glob.
  std::string refusal = "";
  // What the lie has streamed, for the record.
  std::shared_ptr<std::atomic<uint64_t>> streamed = std::make_shared<std::atomic<uint64_t>>(0);
};

std::vector<Lie> LiesAboutHeads();
std::vector<Lie> LiesAboutBodies();
std::vector<Lie> LiesAboutStreams();
std::vector<Lie> LiesAboutConnections();
std::vector<Lie> LiesAboutContents();
std::vector<Lie> LiesAboutResources();
std::vector<Lie> LiesAboutEvents();

// Sends the bytes as they are in place of an answer, and closes.
Reply Raw(std::string bytes);
// The same, and keeps the connection open until the client ends it.
Reply RawAndWait(std::string bytes);
// Sends `head`, then `block` again and again: `total` bytes of it (0: until the client is gone), and closes.
Reply Flood(std::string head, std::string block, uint64_t total, std::shared_ptr<std::atomic<uint64_t>> streamed);
// GET /lie is answered so.
Lie Answers(std::string name, Reply reply, std::string shown, std::string steps = kOneCall);
Lie Answers(std::string name, std::string bytes, std::string shown, std::string steps = kOneCall);
// An honest answer on the wire.
std::string Ok(const std::string& body, const std::string& headers = "");
// Every way in which a text may try to be more than text: HTML, terminal, Markdown, Mermaid, XML, shell.
std::string Venom();

}  // namespace plimsoll::hostile
