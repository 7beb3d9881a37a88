// SPDX-License-Identifier: GPL-2.0-only
/*
 * What both fuzzers have: limits, kinds of what they do, and the verdict, as TAP
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kselftest.h"
#include "fuzz.h"

struct limits limits = { .seconds = 600 };

static u64 number(const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (!*text || *end)
		die("'%s' is no number", text);
	return value;
}

void report_begin(int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'x' },
		{ },
	};
	int option;

	limits.seed = time(NULL);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			exit(2);
		*(option == 'n' ? &limits.count :
		  option == 's' ? &limits.seconds : &limits.seed) = number(optarg);
	}
	setlinebuf(stdout);
	ksft_print_header();
	printf("# seed %#llx: %llu in %llu s\n", limits.seed, limits.count,
	       limits.seconds);
	limits.begin_ms = now_us() / 1000;
}

u64 now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

bool time_is_up(void)
{
	return now_us() / 1000 - limits.begin_ms >= limits.seconds * 1000;
}

unsigned int draw_kind(struct worker *me)
{
	static unsigned int all;
	unsigned int i;
	u64 which;

	if (!all)
		for (i = 0; i < num_kinds; i++)
			all += kinds[i].often;
	which = draw_below(me, all);
	for (i = 0; which >= kinds[i].often; i++)
		which -= kinds[i].often;
	return i;
}

bool do_kind(struct worker *me, unsigned int kind)
{
	u64 start = now_us();
	bool worked;

	atomic_store(&me->kind, kind);
	me->tried[kind]++;
	worked = kinds[kind].run(me);
	me->us[kind] += now_us() - start;
	return worked;
}

/* Each kind has been tried and has worked, but for those that must not */
static bool report_kinds(const struct worker *workers, unsigned int count)
{
	unsigned int i, j;
	bool good = true;

	printf("#     tried    worked  thread-ms\n");
	for (i = 0; i < num_kinds; i++) {
		u64 tried = 0, worked = 0, us = 0;

		for (j = 0; j < count; j++) {
			tried += workers[j].tried[i];
			worked += workers[j].worked[i];
			us += workers[j].us[i];
		}
		printf("# %9llu %9llu %9llu  %s\n", tried, worked, us / 1000,
		       kinds[i].name);
		good &= tried && !worked == kinds[i].fails;
	}
	return good;
}

/**
 * report_end - the verdict
 * @workers: who has done it
 * @count: how many they are
 * @done: whether all has been done that was asked for
 * @oracles: set of those that had to find nothing
 *
 * Does not return.
 */
void report_end(const struct worker *workers, unsigned int count, bool done,
		unsigned int oracles)
{
	bool all = report_kinds(workers, count);
	unsigned int i;

	printf("# seed %#llx: %llu s\n", limits.seed,
	       (now_us() / 1000 - limits.begin_ms) / 1000);
	ksft_set_plan(2 + __builtin_popcount(oracles));
	ksft_test_result(done, "%llu are done within %llu s\n", limits.count,
			 limits.seconds);
	ksft_test_result(all, "there was one of each kind\n");
	for (i = 0; i < ORACLES; i++) {
		const char *name, *found = oracle_found(i, &name);

		if (!(oracles & 1 << i))
			continue;
		if (*found)
			printf("# %s\n", found);
		ksft_test_result(!*found, "%s\n", name);
	}
	ksft_finished();
}
