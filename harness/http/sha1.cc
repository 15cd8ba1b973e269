#include "http/sha1.h"

#include <array>
#include <bit>
#include <cstdint>

namespace plimsoll::http {
namespace {

using Words = std::array<uint32_t, 5>;

uint32_t WordAt(std::string_view bytes) {
  uint32_t word = 0;
  for (const char c : bytes.substr(0, 4)) word = word << 8 | static_cast<unsigned char>(c);
  return word;
}

void AddBlock(Words& hash, std::string_view block) {
  std::array<uint32_t, 80> w{};
  for (size_t t = 0; t < 16; ++t) w[t] = WordAt(block.substr(4 * t));
  for (size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  auto [a, b, c, d, e] = hash;
  for (size_t t = 0; t < 80; ++t) {
    const uint32_t f = t < 20 ? (b & c) | (~b & d) : t < 40 || t >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const uint32_t k = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const uint32_t next = std::rotl(a, 5) + f + e + w[t] + k;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const Words more = {a, b, c, d, e};
  for (size_t i = 0; i < hash.size(); ++i) hash[i] += more[i];
}

}  // namespace

std::string Sha1(std::string_view bytes) {
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  const uint64_t bits = uint64_t{8} * bytes.size();
  for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>(bits >> shift & 0xff);
  Words hash = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (size_t at = 0; at < padded.size(); at += 64) AddBlock(hash, std::string_view(padded).substr(at, 64));
  std::string digest;
  for (const uint32_t word : hash) {
    for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(word >> shift & 0xff);
  }
  return digest;
}

}  // namespace plimsoll::http
