// config.md#process: env.
#include <cstdlib>

#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

namespace {

using Variables = std::vector<std::string>;

/// The program's environment; empty where the runtime refused the configuration.
Variables environment_unless_refused(Container& box) {
  const Answer answer = attempt(box);
  if (answer.refused()) return {};
  box.await_init_death();
  return Replies::parse(box.out()).of("env").value("env", Variables{"no answer"});
}

}  // namespace

CONFORMANCE_CASE(process, env_set, .clause = "config.md#process", .level = descr,
                 .claim = "each entry of env is a variable of the program's environment", .faults = {"env_dropped"}) {
  Serving box = serving(Config::minimal({}).env({"PATH=/bin", "COLOUR=blue", "NUMBER=1"}));

  const Json inside = box.ask({"env"});
  const Variables outside = environ_of(box.pid()).value_or(Variables{});

  const Variables configured = {"PATH=/bin", "COLOUR=blue", "NUMBER=1"};
  EXPECT_THAT(inside.at("env").get<Variables>(), testing::IsSupersetOf(configured));
  EXPECT_THAT(outside, testing::IsSupersetOf(configured));
}

CONFORMANCE_CASE(process, env_exact, .clause = "config.md#process", .level = descr,
                 .claim = "the program's environment has nothing but what env says, whatever the caller's is",
                 .faults = {"env_inherited"}) {
  const Variables wanted = {"PATH=/bin", "HOME=/here", "COLOUR=blue"};
  Container box = container(Config::minimal({"/probe", "env"}).env(wanted));
  ::setenv("LEAK", "1", 1);

  EXPECT_THAT(told(box, "env").at("env").get<Variables>(), UnorderedElementsAreArray(wanted));
}

CONFORMANCE_CASE(process, env_newline, .clause = "config.md#process", .level = descr,
                 .claim = "a newline in a variable's value is kept",
                 .faults = {"config:set:/process/env/0=\"TEXT=a\""}) {
  const Json said = ask(Config::minimal({}).env({"TEXT=a\nb"}), {"/probe", "env"});

  EXPECT_THAT(said.at("env").get<Variables>(), Contains("TEXT=a\nb"));
}

CONFORMANCE_CASE(process, env_empty_value, .clause = "config.md#process", .level = descr,
                 .claim = "a variable with an empty value is there", .faults = {"config:drop:/process/env/0"}) {
  const Json said = ask(Config::minimal({}).env({"NOTHING="}), {"/probe", "env"});

  EXPECT_THAT(said.at("env").get<Variables>(), Contains("NOTHING="));
}

CONFORMANCE_CASE(process, env_no_equals, .clause = "config.md#process", .level = descr,
                 .claim = "an entry of env without '=' is refused, or passed on as it is",
                 .faults = {"config:drop:/process/env/0"}) {
  const Variables given = {"WORD", "HOME=/here", "COLOUR=blue"};
  Container box = container(Config::minimal({"/probe", "env"}).env(given));

  EXPECT_THAT(environment_unless_refused(box), AnyOf(IsEmpty(), UnorderedElementsAreArray(given)));
}

}  // namespace runproof
