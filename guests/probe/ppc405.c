/* The probe for this family; probe.c says what it does. */
#include "family.h"
#undef FAMILY
#define FAMILY PPC405
#include "probe.c"
