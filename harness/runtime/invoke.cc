#include "harness/runtime/invoke.h"

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/tenant.h"
#include "harness/runtime/container.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {
namespace {

std::string log_text(const GlobalOptions& globals) {
  return globals.log.empty() ? "" : base::read_file_if_there(globals.log).value_or("");
}

std::chrono::milliseconds left_of(base::Deadline deadline) {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline.left());
}

/// The runtime, and what makes it somebody else's.
Argv words_before_options() {
  Argv words = tenant() == nullptr ? Argv() : tenant()->launcher;
  words.push_back(context().runtime.path.string());
  return words;
}

}  // namespace

Command command_for(const GlobalOptions& globals, const Argv& words, const Caller& caller) {
  const Runtime& runtime = context().runtime;
  Command command{.argv = words_before_options(),
                  .env = caller.env,
                  .deadline = left_of(context().within(kVerb)),
                  .grouping = caller.grouping,
                  .identity = caller.identity};
  for (const Argv& part : {runtime.adapter->globals(globals), words}) {
    command.argv.insert(command.argv.end(), part.begin(), part.end());
  }
  return command;
}

Answer invoke(const GlobalOptions& globals, const Argv& words, const Places& places, const InvokeOptions& options) {
  Command command = command_for(globals, words, options.caller);
  command.stdin_text = options.stdin_text;
  command.stdout_fd = options.stdout_fd;
  command.stderr_fd = options.stderr_fd;
  command.cwd = options.cwd;

  const Footprint before = take_footprint(places);
  const std::size_t logged = log_text(globals).size();
  Answer answer;
  try {
    static_cast<Finished&>(answer) = run(command);
  } catch (const base::SysError& error) {
    throw Broken("run " + command.argv.front(), error.what());
  }
  const std::string log = log_text(globals);
  if (log.size() > logged) answer.log = log.substr(logged);
  if (!answer.ok()) answer.left_behind = what_appeared(places, before, context().within(std::chrono::seconds{2}));
  evidence().runtime_time += answer.took;
  if (options.record == Record::yes || (options.record == Record::on_failure && !answer.ok())) evidence().add(answer);
  return answer;
}

}  // namespace runproof
