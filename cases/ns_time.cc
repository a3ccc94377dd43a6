// Time namespaces: the offsets of their clocks (time_namespaces(7)).
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {
namespace {

/// Seconds since the machine was booted, as the first number of /proc/uptime says.
double uptime(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

/// "monotonic 1000 5\nboottime 2000 7\n" of /proc/self/timens_offsets, with single spaces.
std::string offsets_of(Serving& box) {
  std::string out;
  const std::string text = box.ask({"read", "/proc/self/timens_offsets"}).at("text");
  for (const char c : text)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  return out;
}

Config with_offsets() {
  return Config::minimal({})
      .with_new(Namespace::time)
      .set("/linux/timeOffsets",
           {{"monotonic", {{"secs", 1000}, {"nanosecs", 5}}}, {"boottime", {{"secs", 2000}, {"nanosecs", 7}}}});
}

}  // namespace

CONFORMANCE_CASE(ns, time_offsets, .clause = "config-linux.md#offset-for-time-namespace", .level = descr,
                 .claim = "timeOffsets shift the monotonic and the boottime clock of the container",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"set_time_offsets", "config:drop:/linux/timeOffsets/monotonic",
                            "config:drop:/linux/timeOffsets/boottime",
                            "config:set:/linux/timeOffsets/boottime/nanosecs=0"}) {
  Serving box = serving(with_offsets());

  EXPECT_EQ(offsets_of(box), "monotonic 1000 5\nboottime 2000 7\n");
  const double host = uptime(base::read_file("/proc/uptime"));
  EXPECT_GE(uptime(box.ask({"read", "/proc/uptime"}).at("text")), host + 1999);
}

CONFORMANCE_CASE(ns, time_no_offsets, .clause = "config-linux.md#offset-for-time-namespace", .level = descr,
                 .claim = "a time namespace without timeOffsets has the clocks of the host",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:set:/linux/timeOffsets={\"monotonic\":{\"secs\":1},\"boottime\":{\"secs\":1}}"}) {
  Serving box = serving(Config::minimal({}).with_new(Namespace::time));

  EXPECT_EQ(offsets_of(box), "monotonic 0 0\nboottime 0 0\n");
}

CONFORMANCE_CASE(ns, time_offsets_without_ns, .clause = "config.md#valid-values", .level = must,
                 .claim = "timeOffsets without a time namespace are refused",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/timeOffsets"}) {
  EXPECT_THAT(container(with_offsets().without(Namespace::time).args({"/probe", "true"})).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, time_userns, .clause = "config-linux.md#offset-for-time-namespace", .level = descr,
                 .claim = "timeOffsets work in a user namespace, too",
                 .needs = {need::root, need::time_namespaces, need::user_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/timeOffsets/monotonic", "config:drop:/linux/timeOffsets/boottime"}) {
  Config config = with_offsets();
  Serving box = serving(with_user_namespace(config));

  EXPECT_EQ(offsets_of(box), "monotonic 1000 5\nboottime 2000 7\n");
  const double host = uptime(base::read_file("/proc/uptime"));
  EXPECT_GE(uptime(box.ask({"read", "/proc/uptime"}).at("text")), host + 1999);
}

CONFORMANCE_CASE(ns, time_invalid_clock, .clause = "config.md#valid-values", .level = must,
                 .claim = "an offset for a clock that has none is refused",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/timeOffsets"}) {
  Config config = Config::minimal({"/probe", "true"}).with_new(Namespace::time);
  config.set("/linux/timeOffsets/realtime", {{"secs", 1}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

}  // namespace runproof
