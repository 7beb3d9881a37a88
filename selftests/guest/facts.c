// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "facts.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct facts *facts, const char *path, const char *line)
{
	const char *equals = strchr(line, '=');
	const unsigned int num = facts->num;
	size_t key;

	if (!equals)
		errx(2, "%s: '%s' is no KEY=VALUE", path, line);
	if (num == sizeof(facts->list) / sizeof(facts->list[0]))
		errx(2, "%s: more than %u facts", path, num);
	key = equals - line;
	if (key >= sizeof(facts->list[num].key) ||
	    strlen(equals + 1) >= sizeof(facts->list[num].value))
		errx(2, "%s: '%s' is too long", path, line);
	memcpy(facts->list[num].key, line, key);
	strcpy(facts->list[num].value, equals + 1);
	facts->num++;
}

void facts_load(struct facts *facts, const char *dir)
{
	char path[512], line[512];
	FILE *file;

	memset(facts, 0, sizeof(*facts));
	facts->dir = dir;
	snprintf(path, sizeof(path), "%s/facts", dir);
	file = fopen(path, "r");
	if (!file)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		add(facts, path, line);
	}
	fclose(file);
}

void facts_load_before(struct facts *facts, const char *dir)
{
	char *before;

	if (asprintf(&before, "%s-before", dir) < 0)
		err(2, "%s", dir);
	facts_load(facts, access(before, F_OK) ? dir : before);
	free(before);
}

const char *fact(const struct facts *facts, const char *key)
{
	for (unsigned int i = 0; i < facts->num; i++)
		if (!strcmp(facts->list[i].key, key))
			return facts->list[i].value;
	return NULL;
}

uint64_t number(const struct facts *facts, const char *key)
{
	const char *value = fact(facts, key);
	char *end;
	uint64_t result;

	if (!value || !*value)
		return 0;
	result = strtoull(value, &end, 0);
	if (*end)
		errx(2, "%s: %s is '%s', no number", facts->dir, key, value);
	return result;
}

/* Where this generation has it: of 64 bits from gen 11 on, of 32 before */
uint64_t bdsm_before(const struct facts *facts)
{
	const uint64_t wide = number(facts, "before.bdsm64_high") << 32 |
			      number(facts, "before.bdsm64");

	return wide ? wide : number(facts, "before.bdsm32");
}

uint64_t reserved_before(const struct facts *facts)
{
	return number(facts, "before.reserved_high") << 32 |
	       number(facts, "before.reserved");
}

uint64_t bdsm(const struct facts *facts)
{
	const uint64_t wide = number(facts, "guest.bdsm64");

	return wide ? wide : number(facts, "guest.bdsm32");
}

struct range stolen_range(const struct facts *facts)
{
	const uint64_t base = base_of(bdsm(facts));

	return (struct range) {
		.base = base,
		.end = base + (number(facts, "i915.reserved_kib") << 10),
	};
}

struct range reserved_range(const struct facts *facts)
{
	return (struct range) {
		.base = base_of(number(facts, "guest.mirror_reserved")),
		.end = stolen_range(facts).end,
	};
}

bool reserved_is_inside(const struct facts *facts)
{
	const struct range stolen = stolen_range(facts);
	const uint64_t base = reserved_range(facts).base;

	return base && base >= stolen.base && base < stolen.end;
}

static bool is_zero(const char *value)
{
	return value && !strcmp(value, "0");
}

/* A VBT of its own is there where the machine's firmware has one */
bool opregion_is_whole(const struct facts *facts)
{
	const char *signature = fact(facts, "guest.opregion_signature");

	return signature && !strcmp(signature, "IntelGraphicsMem") &&
	       is_zero(fact(facts, "guest.opregion_differs")) &&
	       (!number(facts, "machine.rvds") ||
		is_zero(fact(facts, "guest.vbt_differs")));
}

bool planes(const struct facts *facts, const char *key, struct planes *planes)
{
	const char *text = fact(facts, key);

	memset(planes, 0, sizeof(*planes));
	return text && sscanf(text, "lit %u pending %*u frames %*u reads %u faults %u absent %u",
			      &planes->lit, &planes->reads, &planes->faults,
			      &planes->absent) == 4;
}
