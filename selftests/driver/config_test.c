#include "fixture.h"
TEST_HARNESS_MAIN
