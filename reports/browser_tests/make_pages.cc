// make_pages DIRECTORY: the pages of the fixture logs, for the browser tests.
#include <fmt/format.h>

#include <filesystem>

#include "reports/fixture.h"
#include "reports/html.h"
#include "reports/matrix.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: make_pages DIRECTORY\n");
    return 2;
  }
  const std::filesystem::path out = argv[1];
  std::filesystem::create_directories(out);
  for (const char* name : {"small", "runc", "clean", "repeat", "interrupted"}) {
    base::write_file(out / fmt::format("{}.html", name), reports::render_html(reports::fixture(name)));
  }
  const std::vector<reports::NamedLog> logs = {reports::named_fixture("refrun"), reports::named_fixture("runc"),
                                               reports::named_fixture("crun")};
  base::write_file(out / "matrix.html",
                   reports::render_matrix(logs, {.baseline = {reports::named_fixture("runc-before")}}));
  return 0;
}
