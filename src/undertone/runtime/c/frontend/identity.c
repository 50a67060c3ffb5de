/* identity.c: which sources and which instruction set a library was built from. */
#include "undertone.h"

#include "lanes.h"

#ifndef UT_SOURCE_HASH
#define UT_SOURCE_HASH "not recorded"
#endif

const char *ut_source_hash(void) { return UT_SOURCE_HASH; }

const char *ut_variant(void) { return UT_LANES == 16 ? "avx512" : UT_LANES == 8 ? "avx2" : UT_LANES == 4 ? "128-bit" : "scalar"; }
