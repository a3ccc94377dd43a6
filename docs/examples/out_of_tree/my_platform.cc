// A case of one's own. What it may use is in docs/writing-a-case.md.
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(my_platform, exit_code, .clause = "runtime.md#lifecycle", .level = vendor,
                 .claim = "our platform sees the exit code of a container's program",
                 .unsabotaged = "it is not part of Runproof") {
  Container box = container(Config::minimal({"/probe", "exit", "42"}));

  EXPECT_THAT(box.run(), ExitsWith(42));
}

}  // namespace runproof
