// runtime-linux.md#file-descriptors.
#include <fcntl.h>

#include "base/file.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/runtime/invoke.h"

namespace runproof {

using testing::UnorderedElementsAre;

namespace {

/// The numbers of the descriptors that the program had.
std::vector<std::string> numbers_in(const Json& said) {
  std::vector<std::string> numbers;
  for (const auto& [number, target] : said.at("fds").items()) numbers.push_back(number);
  return numbers;
}

/// `create` by a caller who has descriptors 3 and 4 open, too, both a file with this text. Gives what the program,
/// which is the probe, says of its descriptors once it was started. `wrapper` comes before the command.
Replies fds_told(Container& box, const std::filesystem::path& scratch, const CreateOptions& options = {},
                 const Argv& wrapper = {}) {
  base::write_file(scratch / "shared", "shared");
  const base::UniqueFd shared = base::open_file(scratch / "shared", O_RDONLY);
  const base::UniqueFd out = base::open_file(scratch / "out", O_WRONLY | O_CREAT);
  Command command = command_for(box.globals(), box.create_words(options), box.caller());
  command.argv.insert(command.argv.begin(), wrapper.begin(), wrapper.end());
  command.fds = {{.ours = shared.get(), .theirs = 3}, {.ours = shared.get(), .theirs = 4}};
  command.stdout_fd = out.get();
  const Finished created = run(command);
  box.adopt();
  if (!created.ok()) throw CaseFailed("create with further descriptors was refused: " + created.err);
  if (const Answer started = box.start(); !started.ok()) throw CaseFailed("start was refused: " + started.err);
  box.await_init_death();
  Replies said = Replies::parse(base::read_file(scratch / "out"));
  if (!said.complete()) throw CaseFailed("the program did not answer: " + said.problem());
  return said;
}

}  // namespace

CONFORMANCE_CASE(fds, default_closed, .clause = "runtime-linux.md#file-descriptors", .level = descr,
                 .claim = "the program has its standard streams and no other descriptor of the runtime's caller",
                 .faults = {"fds_leaked"}) {
  Container box = container(Config::minimal({"/probe", "fds"}));

  EXPECT_THAT(numbers_in(fds_told(box, scratch()).of("fds")), UnorderedElementsAre("0", "1", "2"));
}

CONFORMANCE_CASE(fds, preserve_pass, .clause = "runtime-linux.md#file-descriptors", .level = may,
                 .claim = "--preserve-fds N passes the caller's descriptors 3 to N + 2 on",
                 .faults = {"preserved_fds_dropped"}) {
  Container box = container(Config::minimal({"/probe", "fds"}));

  const Json said = fds_told(box, scratch(), {.preserve_fds = 2}).of("fds");

  EXPECT_THAT(numbers_in(said), UnorderedElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(said.at("fds").value("3", ""), (scratch() / "shared").string());
}

CONFORMANCE_CASE(fds, listen_fds, .clause = "runtime-linux.md#file-descriptors", .level = may,
                 .claim =
                     "LISTEN_FDS of the caller's environment passes that many descriptors on, as for socket "
                     "activation",
                 .faults = {"listen_fds_dropped"}) {
  Container box = container(Config::minimal({"/probe", "env", "+", "fds"}));
  // sd_listen_fds(3): they are for the process whose number LISTEN_PID has, which is the runtime's.
  const Replies said = fds_told(box, scratch(), {}, {"/bin/sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", "sh"});

  EXPECT_THAT(numbers_in(said.of("fds")), UnorderedElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(said.of("env").at("env").get<std::vector<std::string>>(), testing::Contains("LISTEN_FDS=1"));
}

}  // namespace runproof
