/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the test share */
#ifndef TEST_H
#define TEST_H

#include "client.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

extern const char *program, *profiles;

bool check(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void check_equal(uint64_t found, uint64_t wanted, const char *what);
void check_text(const char *found, const char *wanted, const char *what);

/* a profile by its name; a path stays as it is */
const char *profile_path(const char *name);
void must_start(struct sim *sim, const char *name, const char *option);

/* what igdsim prints when it is called with these words */
const char *run(const char *words, const char *profile);

/* display.c */
void test_display(void);

/* outputs.c */
void test_outputs(void);

#endif /* TEST_H */
