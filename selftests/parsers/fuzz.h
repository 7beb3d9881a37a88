/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PARSERS_FUZZ_H
#define PARSERS_FUZZ_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct target - something that reads what a stranger wrote
 * @name: of it, and of its folder in the corpus
 * @run: has it read @size bytes, behind which nothing may be read
 * @rom: begins with the option ROM as well
 */
struct target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
	int rom;
};

/* Ended by one without a name */
extern const struct target igdctl_targets[];
extern const struct target firmware_targets[];
extern const struct target driver_targets[];

/* What is wrong goes there: stderr is everybody's */
extern int report;

/* Where exit() leads while a target runs */
extern jmp_buf target_exit;
extern int target_runs;

#endif /* PARSERS_FUZZ_H */
