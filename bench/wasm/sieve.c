// Memory in a tight loop: the primes below n.
#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif
static unsigned char composite[30000001];
EXPORT(run) unsigned run(void) {
  const unsigned n = ARGUMENT;
  unsigned count = 0;
  for (unsigned i = 0; i <= n; ++i) composite[i] = 0;
  for (unsigned i = 2; i <= n; ++i) {
    if (composite[i]) continue;
    ++count;
    if (i > 65535) continue;
    for (unsigned j = i * i; j <= n; j += i) composite[j] = 1;
  }
  return count;
}
