#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"

namespace runproof {
namespace {

/// Every word that may follow `runproof SUBCOMMAND`, as lines of a shell `case`.
std::string option_lines(const CLI::App& app) {
  std::string lines;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    lines += fmt::format("    {}) words='", command->get_name());
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) lines += "--" + name + " ";
    }
    lines += "' ;;\n";
  }
  return lines;
}

std::string command_words(const CLI::App& app) {
  std::string words;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    words += command->get_name() + " ";
  return words;
}

// Case ids are asked of the program when they are wanted, so the script does not go stale.
constexpr const char* kScript = R"script(# bash completion for runproof: source <(runproof completion bash)
_runproof() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command='' word words=''
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $word in -*) ;; *) command=$word; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W '{}--help --version' -- "$cur"))
    return
  fi
  case $prev in
    --runtime|-r) COMPREPLY=($(compgen -c -- "$cur") $(compgen -f -- "$cur")); return ;;
    --log|--rerun-failed|--output|-o|--baseline|--expectations|--file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --clause) COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" list --anchors 2>/dev/null)" -- "$cur")); return ;;
    --level) COMPREPLY=($(compgen -W 'must should may descr cli hardening vendor' -- "$cur")); return ;;
    --profile) COMPREPLY=($(compgen -W 'spec compat' -- "$cur")); return ;;
    --lane) COMPREPLY=($(compgen -W 'host v2-view v2 v2-systemd v2-selinux' -- "$cur")); return ;;
    --cgroup-driver) COMPREPLY=($(compgen -W 'cgroupfs systemd' -- "$cur")); return ;;
    --wait) COMPREPLY=($(compgen -W 'auto pidfd kill0' -- "$cur")); return ;;
    --adapter) COMPREPLY=($(compgen -W 'runc crun youki runsc refrun generic' -- "$cur")); return ;;
    --format|-f) COMPREPLY=($(compgen -W 'summary json junit tap html matrix certification' -- "$cur")); return ;;
  esac
  case $command in
{}  esac
  case $cur in
    -*) COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
  esac
  case $command in
    run|list|explain|sabotage)
      COMPREPLY=($(compgen -W "$("${{COMP_WORDS[0]}}" list --ids 2>/dev/null)" -- "$cur")) ;;
    report|diff|merge) COMPREPLY=($(compgen -f -- "$cur")) ;;
    expectations) COMPREPLY=($(compgen -W 'update check' -- "$cur") $(compgen -f -- "$cur")) ;;
    completion) COMPREPLY=($(compgen -W bash -- "$cur")) ;;
  esac
}}
complete -F _runproof runproof
)script";

}  // namespace

void add_completion(CLI::App& app, const Environment&, Action& action) {
  CLI::App* command = app.add_subcommand("completion", "Print a script that completes commands, options and case ids");
  const auto shell = std::make_shared<std::string>("bash");
  command->add_option("SHELL", *shell, "Which shell")->check(CLI::IsMember({"bash"}))->capture_default_str();
  command->footer("Example, for this shell:\n  source <(runproof completion bash)");
  command->callback([shell, &app, &action] {
    action = [&app] {
      fmt::print(kScript, command_words(app), option_lines(app));
      return static_cast<int>(kAsExpected);
    };
  });
}

}  // namespace runproof
