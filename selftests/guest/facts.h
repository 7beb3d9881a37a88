/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ./boot has found out about a guest, and what follows from it
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct facts - a guest's facts, KEY=VALUE each
 * @dir: where boot left them
 * @num: of @list
 * @list: in the order in which boot found them
 */
struct facts {
	const char *dir;
	unsigned int num;
	struct {
		char key[48];
		char value[208];
	} list[192];
};

/**
 * struct range - of memory
 * @base: the first byte
 * @end: behind the last byte; @base where there is none
 */
struct range {
	uint64_t base;
	uint64_t end;
};

/**
 * struct planes - what the device's planes have read
 * @lit: those that are on
 * @reads: pages
 * @faults: of those, the ones that the IOMMU refused
 * @absent: pages that the GTT did not have
 */
struct planes {
	unsigned int lit;
	unsigned int reads;
	unsigned int faults;
	unsigned int absent;
};

/* Ends the program where there are none, or a line is none */
void facts_load(struct facts *facts, const char *dir);
/* The same from DIR-before, where a scene looks at registers in a run of its own */
void facts_load_before(struct facts *facts, const char *dir);

/* NULL, and 0, where there is no such fact */
const char *fact(const struct facts *facts, const char *key);
uint64_t number(const struct facts *facts, const char *key);

/* As igdsim says it; false where there is no such fact */
bool planes(const struct facts *facts, const char *key, struct planes *planes);

/* Registers' low bits are flags: bases are of whole MiB */
static inline uint64_t base_of(uint64_t value)
{
	return value & ~0xfffffull;
}

/* Before the guest's firmware ran */
uint64_t bdsm_before(const struct facts *facts);
uint64_t reserved_before(const struct facts *facts);

/* As the guest's drivers find them: of as many bytes as i915 is given */
uint64_t bdsm(const struct facts *facts);
struct range stolen_range(const struct facts *facts);
struct range reserved_range(const struct facts *facts);
bool reserved_is_inside(const struct facts *facts);
bool opregion_is_whole(const struct facts *facts);

#endif /* FACTS_H */
