#include "harness/cli/expectations_file.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/cli/usage_error.h"

namespace runproof {
namespace {

void refuse(const std::vector<std::string>& problems) {
  if (!problems.empty()) throw UsageError(base::join(problems, "\n"));
}

}  // namespace

Expectations read_expectations(const std::filesystem::path& file) {
  try {
    return Expectations::parse(base::read_file(file), file.string());
  } catch (const base::SysError& error) {
    throw UsageError(fmt::format("expectations: {}", error.what()));
  } catch (const ExpectationsError& error) {
    throw UsageError(error.what());
  }
}

std::function<void(const Case&, base::Json& result)> expecting(const std::filesystem::path& file,
                                                               const Context& context, const std::string& lane) {
  const Expectations expectations = read_expectations(file);
  const Runtime& runtime = context.runtime;
  if (!expectations.runtime.empty() && expectations.runtime != runtime.name) {
    throw UsageError(fmt::format("{}: /runtime: these are the expectations of {}, and {} is {}", file.string(),
                                 expectations.runtime, runtime.path.string(), runtime.name));
  }
  const Setting setting{.version = runtime.version,
                        .cgroup = std::string(to_text(context.facts.cgroup_mode)),
                        .kernel = context.facts.kernel,
                        .lane = lane};
  refuse(expectations.misfits(all_cases()));
  refuse(expectations.idle(all_cases(), setting));
  return [expectations, setting](const Case& one, base::Json& result) {
    if (const Expectation* expectation = expectations.of(one.id, setting)) apply(*expectation, setting, result);
  };
}

}  // namespace runproof
