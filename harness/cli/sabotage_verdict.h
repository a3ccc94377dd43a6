#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/registry/registry.h"

namespace runproof {

/// What became of the cases, once with a sound runtime and then under its faults.
class SabotageVerdict {
 public:
  /// `faults`: all there are. `whole`: all cases took part, so a fault that none of them catches is a finding.
  SabotageVerdict(std::vector<std::string> faults, bool whole) : faults_(std::move(faults)), whole_(whole) {}

  /// The result of a case without any fault.
  void sound(const Case& one, const base::Json& result);
  /// Its result under a fault.
  void faulted(const Case& one, const std::string& fault, const base::Json& result);

  /// Whether it makes sense to try this case's faults here.
  [[nodiscard]] bool passed(const Case& one) const { return passed_.contains(one.id); }
  /// Whether refrun can be told to do this: one of the faults, or a fault of a kind that takes an argument.
  [[nodiscard]] bool known(std::string_view fault) const;
  /// One sentence each; none: every fault is caught and every case is proven.
  [[nodiscard]] std::vector<std::string> findings() const;
  /// Fault by fault, which cases caught it; then what could not be tried here.
  [[nodiscard]] std::string table() const;

 private:
  std::vector<std::string> faults_;
  bool whole_;
  std::vector<const Case*> cases_;
  std::set<std::string> passed_;
  std::map<std::string, std::string> untried_;              ///< case: why
  std::map<std::string, std::set<std::string>> caught_by_;  ///< fault: cases
  std::map<std::string, std::set<std::string>> red_under_;  ///< case: faults
  std::vector<std::string> findings_;
};

}  // namespace runproof
