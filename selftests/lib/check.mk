# SPDX-License-Identifier: GPL-2.0-only
#
# kselftest's run_tests always succeeds: it leaves the verdict to whoever reads
# its output. This does not. To be included after lib.mk.

TAP := $(dir $(lastword $(MAKEFILE_LIST)))tap

check: all
	@$(TAP) $(TEST_GEN_PROGS)

.PHONY: check
