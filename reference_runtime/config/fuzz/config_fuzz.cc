// Feeds parse_config with what no client writes. Compiled with the sanitizers, so that a slip of memory ends it; beyond
// that it checks what holds for every input: parsing never throws, gives the same problems twice, and lets no config
// through that breaks a few rules which are easy to check again.
//
//   config_fuzz SECONDS CORPUS_DIRECTORY [SEED]
//
// Without a seed it takes one from the clock and prints it. The input that failed is left in config_fuzz_failed.json.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "base/deadline.h"
#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/config/fuzz/mutate.h"

namespace refrun::fuzz {
namespace {

constexpr const char* kFailed = "config_fuzz_failed.json";

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void require(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

void check_accepted(const Config& config) {
  require(!config.root.path.empty(), "accepted without a root");
  if (config.process) {
    require(config.process->cwd.starts_with('/'), "accepted with a relative cwd");
    require(!config.process->args.empty(), "accepted without args");
  }
  for (const Mount& mount : config.mounts)
    require(mount.destination.starts_with('/'), "accepted with a relative destination");
  for (const Hook& hook : config.hooks.create_runtime)
    require(hook.path.starts_with('/'), "accepted with a relative hook");
  if (config.hostname && !config.hostname->empty())
    require(config.linux_config.find(NamespaceType::uts) != nullptr, "accepted with a hostname but without uts");
  for (const std::string& path : config.linux_config.masked_paths)
    require(path.starts_with('/'), "accepted with a relative masked path");
  for (const auto& [name, value] : config.linux_config.sysctl)
    require(sysctl_path(name).find("..") == std::string::npos || sysctl_path(name).find("/../") == std::string::npos,
            "accepted with a climbing sysctl");
}

/// True when it was accepted.
bool run_document(const base::Json& document) {
  Problems problems;
  const Config config = parse_config(document, problems);
  Problems again;
  (void)parse_config(document, again);
  require(describe(problems) == describe(again), "two readings differ");
  for (const Problem& problem : problems) {
    require(problem.pointer.empty() || problem.pointer.front() == '/', "a pointer that is none");
    require(!problem.rule.empty(), "a problem without a rule");
  }
  if (has_errors(problems)) return false;
  check_accepted(config);
  return true;
}

bool run_text(const std::string& text) {
  try {
    return run_document(base::parse_json(text));
  } catch (const base::JsonError&) {
    return false;  // said clearly: all that is asked for text which is no JSON
  }
}

/// A failure keeps its input.
template <typename Run>
bool kept_on_failure(const std::string& input, Run run) {
  try {
    return run();
  } catch (const std::exception& error) {
    base::write_file(kFailed, input);
    fmt::print(stderr, "config_fuzz: {}; the input is in {}\n", error.what(), kFailed);
    throw;
  }
}

std::vector<base::Json> read_corpus(const std::filesystem::path& directory) {
  std::vector<base::Json> corpus;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    corpus.push_back(base::parse_json(base::read_file(file.path())));
    if (!run_document(corpus.back())) throw Violation("refused as it is: " + file.path().string());
  }
  if (corpus.empty()) throw Violation("no corpus in " + directory.string());
  return corpus;
}

void fuzz(base::Deadline deadline, const std::filesystem::path& directory, Random& random) {
  std::vector<base::Json> corpus = read_corpus(directory);
  const std::size_t seeds = corpus.size();
  std::size_t inputs = 0;
  std::size_t accepted = 0;
  for (; !deadline.passed(); ++inputs) {
    const base::Json& base_document = corpus.at(random() % corpus.size());
    if (inputs % 3 == 0) {
      const std::string text = mutate_bytes(base_document.dump(), random);
      accepted += kept_on_failure(text, [&] { return run_text(text); }) ? 1 : 0;
      continue;
    }
    base::Json document = mutate_document(base_document, corpus, random);
    const std::string text = document.dump(-1, ' ', false, base::Json::error_handler_t::replace);
    if (!kept_on_failure(text, [&] { return run_document(document); })) continue;
    ++accepted;
    constexpr std::size_t kMostGrown = 200;
    if (corpus.size() < seeds + kMostGrown) corpus.push_back(std::move(document));
  }
  fmt::print("config_fuzz: {} inputs, {} of them accepted\n", inputs, accepted);
}

}  // namespace
}  // namespace refrun::fuzz

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    fmt::print(stderr, "usage: config_fuzz SECONDS CORPUS_DIRECTORY [SEED]\n");
    return 2;
  }
  const auto clock = static_cast<unsigned long long>(std::chrono::system_clock::now().time_since_epoch().count());
  const auto seed = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : clock;
  fmt::print("config_fuzz: seed {}\n", seed);
  std::fflush(stdout);
  refrun::fuzz::Random random(seed);
  try {
    const auto seconds = std::chrono::seconds(base::to_number(argv[1]).value_or(1));
    refrun::fuzz::fuzz(base::Deadline::in(seconds), argv[2], random);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "config_fuzz: {}\n", error.what());
    return 1;
  }
}
