#include "harness/cli/cli.h"

int main(int argc, char** argv) { return runproof::run_cli(argc, argv); }
