#pragma once

#include "reports/log.h"
#include "reports/markup.h"
#include "reports/tally.h"
#include "reports/verdict.h"

/// Parts of a page that the report and the matrix share.
namespace reports {

enum class Opened { no, yes };

/// One case as a list item that opens: outcome, id, message; inside, its claim and all of its evidence.
[[nodiscard]] Html case_item(const Header& header, const CaseRun& run, Opened opened = Opened::no);

/// The clause, linked to the spec where it stands there.
[[nodiscard]] Html clause_link(const Header& header, const std::string& clause);

/// The class that gives a verdict its colour.
[[nodiscard]] std::string_view css_class(Verdict::Kind kind);

/// A bar in proportion to the parts of a tally.
[[nodiscard]] Html tally_bar(const Tally& tally);

/// dt and dd, or nothing where there is no text.
[[nodiscard]] Html definition(std::string_view term, std::string_view text);

}  // namespace reports
