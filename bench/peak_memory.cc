// Runs a program and prints the peak resident memory, in kB, of it and of what it waited for: peak_memory PROGRAM
// [ARGS…]. A program's figure begins with that of the process that it was started from: this one is static and small
// for that.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: peak_memory PROGRAM [ARGS...]\n");
    return 2;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);  // init must not hold the pipe that our answer goes to
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child || status != 0) {
    std::fprintf(stderr, "peak_memory: %s failed (status %d)\n", argv[1], status);
    return 1;
  }
  std::printf("%ld\n", usage.ru_maxrss);
}
