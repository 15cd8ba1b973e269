#include "journal/records.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace plimsoll::journal {

namespace {

constexpr uint64_t kFnvBasis = 14695981039346656037ull, kFnvPrime = 1099511628211ull;

// In a variable of its own: `hash` as a member would be written to memory for every byte.
uint64_t HashBytewise(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return hash;
}

constexpr size_t kBlock = 32;
// Of the four words of a block; any odd numbers will do, as different as may be.
constexpr uint64_t kFactors[] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0xd6e8feb86659fd93};

uint64_t LittleEndianWord(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// A block at a time. `at`: how many bytes came before. What a block has of it is added as it comes, and multiplied when the
// block is full, so that it does not matter how the bytes were cut.
uint64_t HashBlockwise(uint64_t hash, uint64_t at, std::string_view bytes) {
  const auto one = [&](char c) {
    const uint64_t in_word = static_cast<uint64_t>(static_cast<unsigned char>(c)) << (8 * (at % 8));
    hash += in_word * kFactors[at / 8 % 4];
    if (++at % kBlock == 0) hash *= kFnvPrime;
  };
  size_t i = 0;
  while (i < bytes.size() && at % kBlock != 0) one(bytes[i++]);
  for (; bytes.size() - i >= kBlock; i += kBlock, at += kBlock) {
    const char* block = bytes.data() + i;
    const uint64_t sum = LittleEndianWord(block) * kFactors[0] + LittleEndianWord(block + 8) * kFactors[1] +
                         LittleEndianWord(block + 16) * kFactors[2] + LittleEndianWord(block + 24) * kFactors[3];
    hash = (hash + sum) * kFnvPrime;
  }
  while (i < bytes.size()) one(bytes[i++]);
  return hash;
}

}  // namespace

void Bytes::Append(std::string_view more, size_t limit) {
  if (kept.size() < limit) kept += more.substr(0, limit - kept.size());
  uint64_t hash = size == 0 ? kFnvBasis : fnv1a;
  if (size < kHashedBytewise) {
    const size_t bytewise = std::min<uint64_t>(more.size(), kHashedBytewise - size);
    hash = HashBytewise(hash, more.substr(0, bytewise));
    size += bytewise;
    more.remove_prefix(bytewise);
  }
  fnv1a = HashBlockwise(hash, size, more);
  size += more.size();
}

void AddChunk(Exchange& stream, Chunk::Direction direction, int64_t at, uint64_t size) {
  std::vector<Chunk>& chunks = stream.chunks;
  for (size_t i = kMostChunks; i < chunks.size(); ++i) {
    if (chunks[i].direction != direction) continue;
    chunks[i].size += size;
    return;
  }
  chunks.push_back({direction, at, size});
}

std::string_view Name(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::kCompleted: return "completed";
    case CaseOutcome::kUnsupported: return "unsupported";
    case CaseOutcome::kTimedOut: return "timed out";
    case CaseOutcome::kHarnessError: return "harness error";
  }
  return "?";
}

const ScenarioRecord* Journal::FindScenario(std::string_view id) const {
  const auto found = std::ranges::find(scenarios, id, &ScenarioRecord::id);
  return found == scenarios.end() ? nullptr : &*found;
}

const EngineRecord* Journal::FindEngine(std::string_view name) const {
  const auto found = std::ranges::find(engines, name, &EngineRecord::name);
  return found == engines.end() ? nullptr : &*found;
}

}  // namespace plimsoll::journal
