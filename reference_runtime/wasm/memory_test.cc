#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstring>

#include "base/sanitizer.h"
#include "reference_runtime/wasm/objects.h"
#include "reference_runtime/wasm/pool.h"
#include "reference_runtime/wasm/tier.h"

namespace refrun::wasm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::unique_ptr<Pool> small_pool(std::uint32_t slots) {
  return Pool::make({.slot_bytes = 4 * kMiB, .guard_bytes = 2 * kMiB, .slots = slots}, Environment::HugePages::never);
}

TEST(Pool, a_slot_comes_back_clean) {
  const auto pool = small_pool(1);
  const void* first_base = nullptr;
  {
    Memory memory({{3, std::nullopt}}, *pool);
    first_base = memory.base();
    std::memset(memory.base(), 0xff, memory.bytes());
  }
  Memory memory({{3, std::nullopt}}, *pool);
  ASSERT_EQ(memory.base(), first_base);
  for (std::uint64_t i = 0; i < memory.bytes(); ++i) ASSERT_EQ(memory.base()[i], 0) << i;
}

TEST(Pool, what_is_beyond_the_memory_faults) {
  const auto pool = small_pool(1);
  { Memory big({{8, std::nullopt}}, *pool); }
  Memory memory({{1, std::nullopt}}, *pool);
  EXPECT_DEATH(memory.base()[kPageBytes] = 1, "");
}

TEST(Pool, growing_in_a_slot_does_not_move) {
  const auto pool = small_pool(1);
  Memory memory({{1, std::nullopt}}, *pool);
  const void* base = memory.base();
  EXPECT_EQ(memory.grow(10), 1);
  EXPECT_EQ(memory.base(), base);
  EXPECT_EQ(memory.pages(), 11U);
}

TEST(Pool, outgrowing_a_slot_moves_and_frees_it) {
  const auto pool = small_pool(1);
  Memory memory({{1, std::nullopt}}, *pool);
  memory.base()[5] = 42;
  EXPECT_EQ(memory.grow(200), 1);
  EXPECT_EQ(memory.base()[5], 42);
  EXPECT_EQ(memory.base()[200 * kPageBytes], 0);
  EXPECT_EQ(pool->free_slots(), 1U);
}

TEST(Pool, more_memories_than_slots_get_mappings_of_their_own) {
  const auto pool = small_pool(1);
  Memory one({{1, std::nullopt}}, *pool);
  Memory two({{1, std::nullopt}}, *pool);
  two.base()[0] = 1;
  EXPECT_EQ(pool->free_slots(), 0U);
}

TEST(Memory, grows_to_its_maximum_and_no_further) {
  OnDemandSource source;
  Memory memory({{1, 3}}, source);
  EXPECT_EQ(memory.grow(3), -1);
  EXPECT_EQ(memory.grow(2), 1);
  EXPECT_EQ(memory.grow(1), -1);
  EXPECT_EQ(memory.grow(0), 3);
}

TEST(Tier, names_are_read_back) {
  for (Tier tier : {Tier::pooled, Tier::compact, Tier::on_demand}) EXPECT_EQ(tier_from(name_of(tier)), tier);
  EXPECT_EQ(tier_from("auto"), std::nullopt);
  EXPECT_THROW(tier_from("fastest"), LoadError);
}

TEST(Tier, here_the_best_one_is_chosen) {
  Environment environment = probe_environment();
  environment.address_space_left = std::nullopt;
  const MemoryChoice choice = choose_memory(environment, {.patience = std::chrono::seconds(10)});
  EXPECT_EQ(choice.tier, Tier::pooled) << choice.log_line;
  EXPECT_THAT(choice.passed_over, IsEmpty());
}

TEST(Tier, a_limited_address_space_takes_a_lower_one) {
  Environment environment;
  environment.address_space_left = kMiB * 40 * 1024;
  EXPECT_EQ(choose_memory(environment, {.patience = std::chrono::seconds(10)}).tier, Tier::pooled);
  environment.address_space_left = 590 * kMiB;
  const MemoryChoice compact = choose_memory(environment, {.instances = 64, .patience = std::chrono::seconds(10)});
  EXPECT_EQ(compact.tier, Tier::compact) << compact.log_line;
  EXPECT_THAT(compact.log_line, HasSubstr("slots=2"));
  environment.address_space_left = 190 * kMiB;
  EXPECT_EQ(choose_memory(environment, {}).tier, Tier::on_demand);
}

TEST(Tier, no_patience_takes_the_last_one) {
  EXPECT_EQ(choose_memory({}, {.patience = std::chrono::microseconds(-1)}).tier, Tier::on_demand);
}

TEST(Tier, what_is_forced_may_take_its_time) {
  EXPECT_EQ(choose_memory({}, {.forced = Tier::pooled, .patience = std::chrono::microseconds(-1)}).tier, Tier::pooled);
}

TEST(Tier, what_is_forced_and_cannot_be_had_is_an_error) {
  Environment environment;
  environment.address_space_left = 100 * kMiB;
  EXPECT_THROW(choose_memory(environment, {.forced = Tier::pooled}), LoadError);
  EXPECT_EQ(choose_memory(environment, {.forced = Tier::on_demand}).tier, Tier::on_demand);
}

[[noreturn]] void grow_under_limit() {
  const rlimit limit{256 * kMiB, 256 * kMiB};
  setrlimit(RLIMIT_AS, &limit);
  const MemoryChoice choice = choose_memory(probe_environment(), {});
  Memory memory({{1, std::nullopt}}, *choice.source);
  int failures = 0;
  for (int i = 0; i < 100; ++i) failures += memory.grow(100) == -1;
  memory.base()[memory.bytes() - 1] = 1;
  std::_Exit(failures > 0 && memory.pages() > 100 ? 7 : 1);
}

TEST(Memory, growing_without_memory_gives_minus_one) {
  if (base::kSanitizerTakesAddressSpace) GTEST_SKIP() << "the sanitizer needs more address space than this leaves";

  EXPECT_EXIT(grow_under_limit(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace refrun::wasm
