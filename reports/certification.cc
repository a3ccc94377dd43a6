#include "reports/certification.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/tally.h"
#include "reports/text.h"
#include "reports/verdict.h"
#include "reports/yaml.h"

namespace reports {
namespace {

std::string entry(std::string_view name, std::string_view value, std::string_view indent = "") {
  return fmt::format("{}{}: {}\n", indent, yaml_text(name), yaml_text(printable(value)));
}

std::string runtime_name(const Header& header) {
  return header.runtime.name.empty() ? header.runtime.path : header.runtime.name;
}

/// "1.3" of "1.3.0".
std::string minor_version(const std::string& version) {
  const std::vector<std::string_view> parts = base::split(version, '.');
  return parts.size() < 2 ? version : fmt::format("{}.{}", parts[0], parts[1]);
}

/// The words of the distribution-spec's results.yaml, and two of our own where it has none. What was expected to fail
/// still fails: an expectation excuses nothing here.
std::string_view requirement_status(const CaseRun& run) {
  if (part_of(run) == Part::red || run.outcome() == Outcome::xfail) return "FAIL";
  switch (part_of(run)) {
    case Part::broken:
      return "Error";
    case Part::reported:
      return "Warn";
    case Part::untested:
      return run.outcome() == Outcome::unsupported ? "Disabled" : "Skip";
    default:
      return "Pass";
  }
}

/// "compliant if it satisfies all the MUST, REQUIRED, and SHALL requirements" (spec.md): only these count.
std::string_view conformance_of(const Log& log) {
  bool complete = true;
  for (const CaseRun& run : log.cases) {
    if (run.info.level != "must") continue;
    const std::string_view status = requirement_status(run);
    if (status == "FAIL") return "FAIL";
    complete = complete && status != "Error" && status != "Skip";
  }
  return complete ? "Pass" : "Incomplete";
}

/// The worst status of an area's cases, by the rank in which they are listed here.
std::string_view worse(std::string_view a, std::string_view b) {
  for (const std::string_view status : {"FAIL", "Error", "Warn", "Pass", "Skip", "Disabled"}) {
    if (a == status || b == status) return status;
  }
  return a;
}

std::string results(const Log& log) {
  const Header& header = log.header;
  std::string out = "config:\n" + entry("runtime", header.runtime.path, "  ") +
                    entry("name", runtime_name(header), "  ") + entry("runtimeVersion", header.runtime.version, "  ") +
                    entry("sha256", header.runtime.sha256, "  ") +
                    entry("version", minor_version(header.spec_version), "  ") +
                    entry("suite", header.suite_name + " " + header.suite_version, "  ") +
                    entry("profile", header.profile, "  ") + entry("lane", header.lane, "  ") +
                    entry("started", header.started, "  ") + entry("command", base::shell_line(header.argv), "  ");
  out += entry("conformance", conformance_of(log));
  out += "counts:\n";
  for (const auto& [outcome, count] : log.counts()) out += fmt::format("  {}: {}\n", word(outcome), count);
  out += fmt::format("  leaks: {}\n", log.leaks());

  std::map<std::string, std::string_view> areas;
  std::string cases;
  for (const CaseRun& run : log.cases) {
    const std::string_view status = requirement_status(run);
    const auto [area, fresh] = areas.emplace(run.info.area, status);
    if (!fresh) area->second = worse(area->second, status);
    cases += entry(run.info.id, status, "  ");
  }
  out += "areas:\n";
  for (const auto& [area, status] : areas) out += entry(area, status, "  ");
  return out + "cases:\n" + cases;
}

std::string product_yaml(const Header& header, const Product& product) {
  return entry("vendor", product.vendor) + entry("name", runtime_name(header)) +
         entry("version", header.runtime.version) + entry("website_url", product.website_url) +
         entry("repo_url", product.repo_url) + entry("documentation_url", product.documentation_url) +
         entry("product_logo_url", product.product_logo_url) + entry("type", "runtime") +
         entry("description", product.description);
}

std::string readme(const Log& log) {
  const Header& header = log.header;
  return fmt::format(
      "# {} and the OCI runtime specification {}\n\n"
      "Result: **{}**. {}.\n\n"
      "Run with {}, on {}:\n\n"
      "    {}\n\n"
      "To reproduce it, install that version of {} and of the runtime (SHA-256 {}), and run the same line.\n"
      "`report.html` has every case with its evidence, `junit.xml` the same for machines, `results.yaml` the outcome "
      "of "
      "each.\n",
      printable(runtime_title(header)), header.spec_version, conformance_of(log), printable(judge(log).headline),
      printable(setting_line(header)), header.started, printable(base::shell_line(header.argv)), header.suite_name,
      header.runtime.sha256);
}

}  // namespace

std::map<std::string, std::string> render_certification(const Log& log, const Product& product) {
  if (log.interrupted) throw LogError(0, "the run was interrupted: it certifies nothing");
  if (log.header.shard.count > 1)
    throw LogError(0, "one shard of several certifies nothing: runproof merge them first");
  return {{"PRODUCT.yaml", product_yaml(log.header, product)},
          {"README.md", readme(log)},
          {"junit.xml", render_junit(log)},
          {"report.html", render_html(log)},
          {"results.yaml", results(log)}};
}

std::string certification_directory(const Log& log) {
  std::string name = runtime_name(log.header);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!plain) c = '_';
  }
  return fmt::format("runtime-spec/v{}/{}", minor_version(log.header.spec_version), name);
}

}  // namespace reports
