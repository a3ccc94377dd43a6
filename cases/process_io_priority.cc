// config.md#linux-process: ioPriority and execCPUAffinity.

#include <unistd.h>

#include "base/file.h"
#include "base/ioprio.h"
#include "cases/support/limits.h"
#include "cases/support/scheduling.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

namespace {

Config prioritised(const Json& priority) {
  return Config::minimal({"/probe", "true"}).oci_version("1.1.0").set("/process/ioPriority", priority);
}

std::string first_cpu() {
  const std::string all = allowed_cpus(getpid());
  return all.substr(0, all.find_first_of("-,"));
}
std::string last_cpu() {
  const std::string all = allowed_cpus(getpid());
  return all.substr(all.find_last_of("-,") + 1);
}

Json io_priority(std::string_view io_class, int level) { return {{"class", io_class}, {"priority", level}}; }

struct IoPriority {
  std::string_view name;
  Json configured;
  Json seen;
};
const IoPriority kIoPriorities[] = {
    {"rt", io_priority("IOPRIO_CLASS_RT", 3), {{"class", IOPRIO_CLASS_RT}, {"level", 3}}},
    {"be", io_priority("IOPRIO_CLASS_BE", 6), {{"class", IOPRIO_CLASS_BE}, {"level", 6}}},
    {"idle", io_priority("IOPRIO_CLASS_IDLE", 0), {{"class", IOPRIO_CLASS_IDLE}}},
    {"highest", io_priority("IOPRIO_CLASS_BE", 0), {{"class", IOPRIO_CLASS_BE}, {"level", 0}}},
    {"lowest", io_priority("IOPRIO_CLASS_BE", 7), {{"class", IOPRIO_CLASS_BE}, {"level", 7}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, io_priority, priority, kIoPriorities, .clause = "config.md#linux-process", .level = descr,
                     .claim = "the program has the I/O priority of process.ioPriority", .needs = {need::root},
                     .faults = {"set_io_priority"}, .since = "1.1.0") {
  Serving box = serving(prioritised(priority.configured));

  EXPECT_EQ(only(box.ask({"io_priority"}), priority.seen), priority.seen);
  EXPECT_EQ(only(io_priority_of(box.pid()), priority.seen), priority.seen);
}

namespace {

struct BadIoPriority {
  std::string_view name;
  Json configured;
};
const BadIoPriority kBadIoPriorities[] = {
    {"above_range", io_priority("IOPRIO_CLASS_BE", 8)},
    {"below_range", io_priority("IOPRIO_CLASS_BE", -1)},
    {"invalid_class", io_priority("IOPRIO_CLASS_TEST", 4)},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, io_priority_refused, bad, kBadIoPriorities, .clause = "config.md#valid-values",
                     .level = must, .claim = "a process.ioPriority that Linux does not have is an error",
                     .faults = {"config:drop:/process/ioPriority"}, .since = "1.1.0") {
  Container box = container(prioritised(bad.configured));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, exec_affinity_not_init, .clause = "config.md#linux-process", .level = descr,
                 .claim = "process.execCPUAffinity means nothing to the container's init", .needs = {need::smp},
                 .faults = {"exec_affinity_on_init"}, .since = "1.2.1") {
  Serving box = serving(
      Config::minimal({}).oci_version("1.2.1").set("/process/execCPUAffinity", {{"initial", "0"}, {"final", "0"}}));

  EXPECT_EQ(proc_status(box.pid())->cpus_allowed, proc_status(getpid())->cpus_allowed);
}

CONFORMANCE_CASE(process, exec_affinity_config, .clause = "config.md#linux-process", .level = descr,
                 .claim = "what exec runs may run on the CPUs of the container's process.execCPUAffinity.final",
                 .needs = {need::smp}, .features = {"exec"}, .faults = {"exec_affinity_dropped"}, .since = "1.2.1") {
  const Json affinity = {{"initial", first_cpu()}, {"final", last_cpu()}};
  Serving box = serving(Config::minimal({}).oci_version("1.2.1").set("/process/execCPUAffinity", affinity));
  require(box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true}));

  EXPECT_EQ(allowed_cpus(box.accept().pid()), last_cpu());
}

CONFORMANCE_CASE(process, exec_affinity_process_json, .clause = "config.md#linux-process", .level = descr,
                 .claim = "exec --process takes execCPUAffinity from its file", .needs = {need::smp},
                 .features = {"exec"}, .faults = {"exec_affinity_dropped"}, .since = "1.2.1") {
  Serving box = serving(Config::minimal({}).oci_version("1.2.1"));
  const auto file = scratch() / "process.json";
  const Json process = {{"args", {"/probe", "serve", box.channel().inside()}},
                        {"cwd", "/"},
                        {"user", {{"uid", 0}, {"gid", 0}}},
                        {"execCPUAffinity", {{"final", last_cpu()}}}};
  base::write_file(file, process.dump());
  require(box.exec({}, {.process = file, .detach = true}));

  EXPECT_EQ(allowed_cpus(box.accept().pid()), last_cpu());
}

CONFORMANCE_CASE(process, exec_affinity_invalid, .clause = "config.md#valid-values", .level = must,
                 .claim = "a process.execCPUAffinity that is no list of CPUs is an error",
                 .faults = {"config:drop:/process/execCPUAffinity"}, .since = "1.2.1") {
  Container box = container(
      Config::minimal({"/probe", "true"}).oci_version("1.2.1").set("/process/execCPUAffinity", {{"initial", "0-"}}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
