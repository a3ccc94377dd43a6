#pragma once

#include <string>
#include <vector>

#include "harness/host/facts.h"

namespace runproof {

/// One line of what `runproof doctor` says about this host.
struct DoctorLine {
  enum class Grade { fact, can, cannot };
  Grade grade = Grade::fact;
  std::string subject;  ///< "kernel", "control groups"; for needs, their name
  std::string text;
  std::string advice;  ///< what to do about it; empty where nothing is wrong
};

/// First the facts in words, then a line for each need. Pure: the same facts give the same lines.
[[nodiscard]] std::vector<DoctorLine> examine(const Facts& facts);

}  // namespace runproof
