// config.md#linux-process: capabilities.
#include <linux/capability.h>
#include <sys/prctl.h>

#include <map>
#include <set>

#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::AllOf;

namespace {

using Names = std::set<std::string>;

/// One of the five sets: what a configuration with different sets asks for, and what the program must then have by
/// capabilities(7), "Transformation of capabilities during execve()".
struct Set {
  std::string_view name;
  Names configured;
  Names of_root;   ///< with uid 0 the whole bounding set becomes permitted and effective
  Names of_other;  ///< else it is the ambient set that does
  Mask ProcessStatus::*outside;
};
const Names kOne = {"CAP_CHOWN"};
const Names kTwo = {"CAP_CHOWN", "CAP_KILL"};
const Names kThree = {"CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"};
const Set kSets[] = {{"bounding", kThree, kThree, kThree, &ProcessStatus::cap_bounding},
                     {"effective", kOne, kThree, kOne, &ProcessStatus::cap_effective},
                     {"inheritable", kTwo, kTwo, kTwo, &ProcessStatus::cap_inheritable},
                     {"permitted", kTwo, kThree, kOne, &ProcessStatus::cap_permitted},
                     {"ambient", kOne, kOne, kOne, &ProcessStatus::cap_ambient}};

Mask mask_of(const Names& names) {
  static const std::map<std::string, int> kNumbers = {
      {"CAP_CHOWN", CAP_CHOWN}, {"CAP_KILL", CAP_KILL}, {"CAP_NET_RAW", CAP_NET_RAW}};
  Mask mask = 0;
  for (const std::string& name : names) mask |= Mask{1} << kNumbers.at(name);
  return mask;
}

/// Our own bounding set loses it, so the runtime does not have it.
void give_up(int capability) {
  if (::prctl(PR_CAPBSET_DROP, capability) != 0) throw Broken("give up a capability", "prctl failed");
}

Config with_different_sets() {
  Config config = Config::minimal({"/probe", "caps"});
  for (const Set& set : kSets) config.set("/process/capabilities/" + std::string{set.name}, set.configured);
  return config;
}

Names names_in(const Json& said, std::string_view set) { return said.at(set).get<Names>(); }

/// Everything that the runtime wrote in creating and starting.
std::string logged(const Answer& answer) { return answer.log + answer.err; }

/// A text with a line that is a warning and names this.
auto WarnsOf(const std::string& name) {
  return testing::ContainsRegex("(warn|WARN)[^\n]*" + name + "|" + name + "[^\n]*(warn|WARN)");
}

}  // namespace

CONFORMANCE_CASE_FOR(process, capabilities, set, kSets, .clause = "config.md#linux-process", .level = descr,
                     .claim = "the five capability sets are those that execve(2) makes of process.capabilities",
                     .needs = {need::root}, .faults = {"config:drop:/process/capabilities"}) {
  Serving box = serving(with_different_sets());

  EXPECT_EQ(names_in(box.ask({"caps"}), set.name), set.of_root);
  EXPECT_EQ((*proc_status(box.pid())).*set.outside, mask_of(set.of_root));
}

CONFORMANCE_CASE_FOR(process, capabilities_non_root, set, kSets, .clause = "config.md#linux-process", .level = descr,
                     .claim = "a program of another user than root keeps the ambient set, and no more",
                     .needs = {need::root}, .faults = {"config:drop:/process/capabilities"}) {
  Serving box = serving(with_different_sets().user(1000, 1000));

  EXPECT_EQ(names_in(box.ask({"caps"}), set.name), set.of_other);
  EXPECT_EQ((*proc_status(box.pid())).*set.outside, mask_of(set.of_other));
}

CONFORMANCE_CASE_FOR(process, capabilities_full, set, kSets, .clause = "config.md#linux-process", .level = descr,
                     .claim = "each of the five sets can hold every capability that the runtime has",
                     .needs = {need::root}, .faults = {"config:drop:/process/capabilities"}) {
  const Names all = context().facts.capabilities;
  Config config = Config::minimal({});
  for (const Set& each : kSets) config.set("/process/capabilities/" + std::string{each.name}, all);

  Serving box = serving(config);

  EXPECT_EQ(names_in(box.ask({"caps"}), set.name), all);
  EXPECT_EQ((*proc_status(box.pid())).*set.outside, proc_status(getpid())->cap_effective);
}

CONFORMANCE_CASE_FOR(process, capabilities_empty, set, kSets, .clause = "config.md#linux-process", .level = descr,
                     .claim = "empty sets leave no capability at all", .needs = {need::root},
                     .faults = {"config:set:/process/capabilities={\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_"
                                "KILL\"],\"inheritable\":[\"CAP_KILL\"],\"permitted\":[\"CAP_KILL\"],\"ambient\":"
                                "[\"CAP_KILL\"]}"}) {
  Config config = Config::minimal({});
  for (const Set& each : kSets) config.set("/process/capabilities/" + std::string{each.name}, Json::array());

  Serving box = serving(config);

  EXPECT_EQ(names_in(box.ask({"caps"}), set.name), Names{});
  EXPECT_EQ((*proc_status(box.pid())).*set.outside, 0u);
}

CONFORMANCE_CASE(process, capabilities_one, .clause = "config.md#linux-process", .level = descr,
                 .claim = "a capability that is named in all five sets is in all of them, and alone",
                 .needs = {need::root}, .faults = {"bound_capabilities", "set_capabilities"}) {
  const Json kill = {"CAP_KILL"};
  Config config = Config::minimal({}).user(1000, 1000).capabilities({"CAP_KILL"});
  config.set("/process/capabilities/inheritable", kill).set("/process/capabilities/ambient", kill);

  Serving box = serving(config);

  EXPECT_THAT(box.ask({"caps"}), AllOf(Field("bounding", kill), Field("effective", kill), Field("permitted", kill),
                                       Field("inheritable", kill), Field("ambient", kill)));
}

CONFORMANCE_CASE(process, capabilities_unset, .clause = "config.md#linux-process", .level = descr,
                 .claim = "a process without capabilities is run, each time with the same ones",
                 .faults = {"fail_at:set_capabilities:EPERM"}) {
  const Config config = Config::minimal({}).drop("/process/capabilities");

  const Json once = ask(config, {"/probe", "caps"});
  const Json twice = ask(config, {"/probe", "caps"});

  EXPECT_EQ(once, twice);
}

CONFORMANCE_CASE(process, capabilities_unknown_warns, .clause = "config.md#linux-process", .level = must,
                 .claim = "a capability that the kernel does not know is logged as a warning, and is no error",
                 .faults = {"warnings_dropped", "config:drop:/process/capabilities/bounding/0"}, .since = "1.1.0") {
  Container box = container(Config::minimal({"/probe", "true"})
                                .oci_version("1.1.0")
                                .set("/process/capabilities/bounding", Json{"CAP_UNHEARD_OF"}));

  const Answer created = box.create();
  const Answer started = box.start();

  EXPECT_THAT(created, Succeeds());
  EXPECT_THAT(started, Succeeds());
  EXPECT_THAT(logged(created) + logged(started), WarnsOf("CAP_UNHEARD_OF"));
}

CONFORMANCE_CASE(process, capabilities_ungrantable_warns, .clause = "config.md#linux-process", .level = should,
                 .claim = "a capability that the runtime itself lacks does not make the container fail",
                 .needs = {need::root}, .faults = {"fail_at:bound_capabilities:EPERM"}, .since = "1.1.0") {
  give_up(CAP_SYS_BOOT);

  const Json said =
      ask(Config::minimal({}).oci_version("1.1.0").capabilities({"CAP_KILL", "CAP_SYS_BOOT"}), {"/probe", "caps"});

  EXPECT_EQ(names_in(said, "bounding"), Names{"CAP_KILL"});
}

CONFORMANCE_CASE(process, capabilities_ungrantable_logged, .clause = "config.md#linux-process", .level = must,
                 .claim = "a capability that the runtime itself lacks is logged as a warning", .needs = {need::root},
                 .faults = {"warnings_dropped", "config:drop:/process/capabilities"}, .since = "1.1.0") {
  give_up(CAP_SYS_BOOT);
  Container box =
      container(Config::minimal({"/probe", "true"}).oci_version("1.1.0").capabilities({"CAP_KILL", "CAP_SYS_BOOT"}));

  const Answer created = box.create();
  const Answer started = box.start();

  EXPECT_THAT(logged(created) + logged(started), WarnsOf("SYS_BOOT"));
}

CONFORMANCE_CASE(process, capabilities_ambient_not_inheritable, .clause = "config.md#linux-process", .level = must,
                 .claim = "an ambient capability that is not inheritable is logged as a warning, and left out",
                 .faults = {"warnings_dropped", "config:drop:/process/capabilities/ambient"}, .since = "1.1.0") {
  Container box = container(
      Config::minimal({"/probe", "caps"}).oci_version("1.1.0").set("/process/capabilities/ambient", Json{"CAP_KILL"}));

  const Answer created = box.create();
  const Answer started = box.start();
  box.await_init_death();

  EXPECT_THAT(logged(created) + logged(started), WarnsOf("KILL"));
  EXPECT_THAT(Replies::parse(box.out()).of("caps"), Field("ambient", Json::array()));
}

}  // namespace runproof
