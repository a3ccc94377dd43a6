#include <regex.h>

#include <memory>
#include <stdexcept>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct DeleteOptions {
  std::string id;
  bool force = false;
  bool regex = false;
};

/// Of the ids, those in which the POSIX extended regular expression is found. Throws for what is none.
std::vector<std::string> matching(const std::vector<std::string>& ids, const std::string& expression) {
  regex_t compiled{};
  if (::regcomp(&compiled, expression.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    throw std::runtime_error("\"" + expression + "\" is no regular expression");
  std::vector<std::string> matches;
  for (const std::string& id : ids) {
    if (::regexec(&compiled, id.c_str(), 0, nullptr, 0) == 0) matches.push_back(id);
  }
  ::regfree(&compiled);
  return matches;
}

int delete_one(Context& context, const DeleteOptions& options) {
  auto dir = context.store().open_if_there(options.id);
  if (!dir) {
    // Clients delete by force whatever may be left of a container: that nothing is left is what they want.
    const bool fine = options.force ? !fault("delete_force_missing_fails") : fault("delete_missing_succeeds");
    if (fine) return 0;
    throw NoSuchContainer(options.id);
  }
  if (options.force) {
    delete_container_by_force(std::move(*dir), context.log.warnings());
  } else {
    delete_container(std::move(*dir), context.log.warnings());
  }
  return 0;
}

int delete_matching(Context& context, const DeleteOptions& options) {
  for (const std::string& id : matching(context.store().ids(), options.id)) {
    delete_one(context, {.id = id, .force = options.force});
    if (fault("delete_regex_first_only")) break;
  }
  return 0;
}

}  // namespace

void add_delete(CLI::App& verb, Context& context) {
  auto options = std::make_shared<DeleteOptions>();
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_flag("--force,-f", options->force, "Kill it first if it is not stopped; no error if it does not exist");
  verb.add_flag("--regex", options->regex, "The id is a regular expression: delete every container that it fits");
  verb.callback([&context, options] {
    context.action = [&context, options] {
      return options->regex ? delete_matching(context, *options) : delete_one(context, *options);
    };
  });
}

}  // namespace refrun
