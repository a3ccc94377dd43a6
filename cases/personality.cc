// config-linux.md#personality.
#include <sys/personality.h>

#include <charconv>

#include "base/file.h"
#include "base/text.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

Config with_personality(const Json& personality) {
  return Config::minimal({"/probe", "true"}).oci_version("1.1.0").set("/linux/personality", personality);
}

/// /proc/PID/personality, which is in hexadecimal.
unsigned long persona_of(pid_t pid) {
  const std::string text = base::read_file("/proc/" + std::to_string(pid) + "/personality");
  unsigned long persona = 0;
  std::from_chars(text.data(), text.data() + text.size(), persona, 16);
  return persona;
}

/// Ourselves, so the runtime, too.
void become_32_bit() {
  if (::personality(PER_LINUX32) < 0) throw Broken("become a 32-bit process", "personality failed");
}

}  // namespace

CONFORMANCE_CASE(personality, linux32, .clause = "config-linux.md#personality", .level = descr,
                 .claim = "with LINUX32 the program sees a 32-bit machine", .needs = {need::root, need::x86_64},
                 .faults = {"set_personality"}, .since = "1.1.0") {
  Serving box = serving(with_personality({{"domain", "LINUX32"}}));

  EXPECT_THAT(box.ask({"personality"}), Field("machine", "i686"));
  EXPECT_EQ(persona_of(box.pid()) & PER_MASK, static_cast<unsigned long>(PER_LINUX32));
}

CONFORMANCE_CASE(personality, linux, .clause = "config-linux.md#personality", .level = descr,
                 .claim = "with LINUX the program sees the machine's own kind, whatever the runtime's personality",
                 .needs = {need::root, need::x86_64}, .faults = {"set_personality"}, .since = "1.1.0") {
  become_32_bit();

  Serving box = serving(with_personality({{"domain", "LINUX"}}));

  EXPECT_THAT(box.ask({"personality"}), Field("machine", "x86_64"));
  EXPECT_EQ(persona_of(box.pid()) & PER_MASK, static_cast<unsigned long>(PER_LINUX));
}

namespace {

struct BadPersonality {
  std::string_view name;
  Json personality;
};
const BadPersonality kBadPersonalities[] = {
    {"invalid_domain", {{"domain", "LINUX16"}}},
    {"flags", {{"domain", "LINUX"}, {"flags", {"ADDR_NO_RANDOMIZE"}}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(personality, refused, bad, kBadPersonalities, .clause = "config.md#valid-values", .level = must,
                     .claim = "an unknown personality domain is an error, and so is any flag",
                     .faults = {"config:drop:/linux/personality"}, .since = "1.1.0") {
  EXPECT_THAT(container(with_personality(bad.personality)).create(), FailsCleanly());
}

}  // namespace runproof
