#pragma once

// ioprio_set(2). From Linux 6.5 on <linux/ioprio.h> has an inline function with a parameter called `class`.
#define class priority_class
#include <linux/ioprio.h>
#undef class
