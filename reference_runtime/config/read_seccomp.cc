#include "reference_runtime/config/read.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

SeccompArg read_arg(const Node& node) {
  return {.index = node.integer<std::uint32_t>("index", Presence::required).value_or(0),
          .value = node.integer<std::uint64_t>("value", Presence::required).value_or(0),
          .value_two = node.integer<std::uint64_t>("valueTwo").value_or(0),
          .op = node.word("op", kSeccompOperators, Presence::required).value_or(0)};
}

SeccompRule read_rule(const Node& node) {
  SeccompRule rule;
  rule.names = node.texts("names", Presence::required);
  rule.action = node.word("action", kSeccompActions, Presence::required).value_or(0);
  rule.errno_ret = node.integer<std::uint32_t>("errnoRet");
  node.each_element("args",
                    [&](const Node& arg) { rule.args.push_back(arg.expect_object() ? read_arg(arg) : SeccompArg()); });
  return rule;
}

}  // namespace

Seccomp read_seccomp(const Node& node) {
  Seccomp seccomp;
  seccomp.default_action = node.word("defaultAction", kSeccompActions, Presence::required).value_or(0);
  seccomp.default_errno_ret = node.integer<std::uint32_t>("defaultErrnoRet");
  node.each_element("architectures", [&](const Node& arch) {
    if (const auto token = arch.as_word(kSeccompArchitectures)) seccomp.architectures.push_back(*token);
  });
  node.each_element("flags", [&](const Node& flag) { seccomp.flags |= flag.as_word(kSeccompFlags).value_or(0); });
  seccomp.listener_path = node.text("listenerPath").value_or("");
  seccomp.listener_metadata = node.text("listenerMetadata").value_or("");
  node.each_element("syscalls", [&](const Node& rule) {
    seccomp.syscalls.push_back(rule.expect_object() ? read_rule(rule) : SeccompRule());
  });
  return seccomp;
}

}  // namespace refrun
