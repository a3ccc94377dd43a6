#include "reference_runtime/cli/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace refrun {
namespace {

using namespace std::chrono_literals;

TEST(Bytes, UnitsArePowersOf1024) {
  EXPECT_EQ(parse_bytes("4096"), 4096);
  EXPECT_EQ(parse_bytes("64k"), 65536);
  EXPECT_EQ(parse_bytes("512M"), 512LL << 20);
  EXPECT_EQ(parse_bytes("1.5GiB"), 1536LL << 20);
  EXPECT_EQ(parse_bytes("2tb"), 2LL << 40);
  EXPECT_EQ(parse_bytes("7b"), 7);
}

TEST(Bytes, MinusOneIsUnlimited) { EXPECT_EQ(parse_bytes("-1"), -1); }

TEST(Bytes, AnythingElseIsRefused) {
  for (const char* text : {"", "-2", "k", "12q", "12kk", "12 k", "1e3", "9999999p", "0x10", "1kbb", "ib"})
    EXPECT_THROW((void)parse_bytes(text), std::invalid_argument) << text;
}

TEST(Duration, AddsItsParts) {
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("100ms"), 100ms);
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("1.5h"), 90min);
  EXPECT_EQ(parse_duration("7us3ns"), 7003ns);
}

TEST(Duration, AnythingElseIsRefused) {
  for (const char* text : {"", "5", "s", "5 s", "-5s", "5x", "1e30h", "99999999h"})
    EXPECT_THROW((void)parse_duration(text), std::invalid_argument) << text;
}

}  // namespace
}  // namespace refrun
