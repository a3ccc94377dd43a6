// config.md#posix-process: rlimits.
#include <sys/resource.h>

#include <limits>

#include "base/file.h"
#include "base/text.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();

Json entry(std::string_view type, std::uint64_t soft, std::uint64_t hard) {
  return {{"type", type}, {"soft", soft}, {"hard", hard}};
}

Config limited(const Json& limits) { return Config::minimal({"/probe", "rlimits"}).set("/process/rlimits", limits); }

/// As the kernel keeps it for that process.
Json limit_of(pid_t pid, int resource) {
  rlimit limit{};
  if (::prlimit(pid, static_cast<__rlimit_resource>(resource), nullptr, &limit) != 0) return nullptr;
  return {{"soft", limit.rlim_cur}, {"hard", limit.rlim_max}};
}

/// Our own, which the runtime begins with.
void limit_ourselves(int resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit limit{.rlim_cur = soft, .rlim_max = hard};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0)
    throw Broken("lower a limit of ours", "setrlimit failed");
}

struct ResourceLimit {
  std::string_view name;
  std::string_view type;
  int resource;
  std::uint64_t soft;
  std::uint64_t hard;
};
constexpr ResourceLimit kLimits[] = {
    {"as", "RLIMIT_AS", RLIMIT_AS, 1ull << 40, 1ull << 41},
    {"core", "RLIMIT_CORE", RLIMIT_CORE, 4096, 8192},
    {"cpu", "RLIMIT_CPU", RLIMIT_CPU, 1000, 2000},
    {"data", "RLIMIT_DATA", RLIMIT_DATA, 1ull << 34, 1ull << 35},
    {"fsize", "RLIMIT_FSIZE", RLIMIT_FSIZE, 1ull << 30, 1ull << 31},
    {"locks", "RLIMIT_LOCKS", RLIMIT_LOCKS, 100, 200},
    {"memlock", "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK, 16'384, 32'768},
    {"msgqueue", "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE, 100'000, 200'000},
    {"nofile", "RLIMIT_NOFILE", RLIMIT_NOFILE, 500, 600},
    {"nproc", "RLIMIT_NPROC", RLIMIT_NPROC, 10'000, 11'000},
    {"rss", "RLIMIT_RSS", RLIMIT_RSS, 1ull << 30, 1ull << 31},
    {"rttime", "RLIMIT_RTTIME", RLIMIT_RTTIME, 500'000, 600'000},
    {"sigpending", "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING, 1000, 2000},
    {"stack", "RLIMIT_STACK", RLIMIT_STACK, 4 << 20, 16 << 20},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, rlimits, limit, kLimits, .clause = "config.md#posix-process", .level = must,
                     .claim = "getrlimit(3) gives the soft and the hard limit of process.rlimits",
                     .faults = {"set_rlimits"}) {
  Serving box = serving(limited(Json::array({entry(limit.type, limit.soft, limit.hard)})));
  const Json wanted = {{"soft", limit.soft}, {"hard", limit.hard}};

  EXPECT_THAT(box.ask({"rlimits"}), Field(std::string{limit.type}, wanted));
  EXPECT_EQ(limit_of(box.pid(), limit.resource), wanted);
}

namespace {

// Without CAP_SYS_RESOURCE nobody may raise them from 0, where they usually stand.
constexpr ResourceLimit kPrivilegedLimits[] = {
    {"nice", "RLIMIT_NICE", RLIMIT_NICE, 10, 20},
    {"rtprio", "RLIMIT_RTPRIO", RLIMIT_RTPRIO, 5, 9},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, rlimits_raised, limit, kPrivilegedLimits, .clause = "config.md#posix-process",
                     .level = must, .claim = "getrlimit(3) gives the soft and the hard limit of process.rlimits",
                     .needs = {need::cap_sys_resource}, .faults = {"set_rlimits"}) {
  Serving box = serving(limited(Json::array({entry(limit.type, limit.soft, limit.hard)})));
  const Json wanted = {{"soft", limit.soft}, {"hard", limit.hard}};

  EXPECT_THAT(box.ask({"rlimits"}), Field(std::string{limit.type}, wanted));
  EXPECT_EQ(limit_of(box.pid(), limit.resource), wanted);
}

CONFORMANCE_CASE(process, rlimits_type_unknown, .clause = "config.md#posix-process", .level = must,
                 .claim = "a resource limit that the kernel does not know is an error",
                 .faults = {"config:drop:/process/rlimits"}) {
  Container box = container(limited(Json::array({entry("RLIMIT_TEST", 100, 200)})));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, rlimits_duplicate, .clause = "config.md#posix-process", .level = must,
                 .claim = "two entries for one resource limit are an error",
                 .faults = {"config:drop:/process/rlimits/1"}) {
  Container box = container(limited(Json::array({entry("RLIMIT_CORE", 100, 200), entry("RLIMIT_CORE", 100, 200)})));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, rlimits_soft_gt_hard, .clause = "config.md#valid-values", .level = must,
                 .claim = "a soft limit above the hard limit is an error", .faults = {"config:drop:/process/rlimits"}) {
  Container box = container(limited(Json::array({entry("RLIMIT_CORE", 200, 100)})));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, rlimits_exceeds_kernel, .clause = "runtime.md#create", .level = must,
                 .claim = "a limit that the kernel does not take (RLIMIT_NOFILE above fs.nr_open) is an error",
                 .needs = {need::root}, .faults = {"set_rlimits"}) {
  const auto most = base::to_number(base::trim(base::read_file("/proc/sys/fs/nr_open"))).value();
  const auto more = static_cast<std::uint64_t>(most) + 1;
  Container box = container(limited(Json::array({entry("RLIMIT_NOFILE", 100, more)})));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, rlimits_infinity, .clause = "config.md#posix-process", .level = must,
                 .claim = "the greatest 64-bit number is RLIM_INFINITY", .needs = {need::root},
                 .faults = {"set_rlimits"}) {
  limit_ourselves(RLIMIT_CORE, 0, RLIM_INFINITY);

  Serving box = serving(limited(Json::array({entry("RLIMIT_CORE", kInfinity, kInfinity)})));
  const Json wanted = {{"soft", kInfinity}, {"hard", kInfinity}};

  EXPECT_THAT(box.ask({"rlimits"}), Field("RLIMIT_CORE", wanted));
  EXPECT_EQ(limit_of(box.pid(), RLIMIT_CORE), wanted);
}

namespace {

struct HostLimit {
  std::string_view name;
  std::uint64_t configured;
};
constexpr std::uint64_t kOurs = 1000;
constexpr HostLimit kAtHostLimit[] = {{"equal", kOurs}, {"below", kOurs - 100}};

}  // namespace

CONFORMANCE_CASE_FOR(process, rlimits_nofile_host, limit, kAtHostLimit, .clause = "config.md#posix-process",
                     .level = must, .claim = "RLIMIT_NOFILE can be set up to what the runtime itself has",
                     .faults = {"set_rlimits"}) {
  limit_ourselves(RLIMIT_NOFILE, kOurs / 2, kOurs);
  Container box = container(limited(Json::array({entry("RLIMIT_NOFILE", limit.configured, limit.configured)})));

  const Answer answer = box.run();

  const Json wanted = {{"soft", limit.configured}, {"hard", limit.configured}};
  EXPECT_THAT(Replies::parse(answer.out).of("rlimits"), Field("RLIMIT_NOFILE", wanted));
}

CONFORMANCE_CASE(process, rlimits_nofile_above_host, .clause = "config.md#posix-process", .level = must,
                 .claim = "a privileged runtime sets RLIMIT_NOFILE above what it has itself",
                 .needs = {need::cap_sys_resource}, .faults = {"set_rlimits"}) {
  limit_ourselves(RLIMIT_NOFILE, kOurs / 2, kOurs);
  Container box = container(limited(Json::array({entry("RLIMIT_NOFILE", kOurs * 2, kOurs * 2)})));

  const Answer answer = box.run();

  const Json wanted = {{"soft", kOurs * 2}, {"hard", kOurs * 2}};
  EXPECT_THAT(Replies::parse(answer.out).of("rlimits"), Field("RLIMIT_NOFILE", wanted));
}

}  // namespace runproof
