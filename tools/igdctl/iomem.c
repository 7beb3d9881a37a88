// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/iomem: what is where in the host's memory
 */
#include <stdlib.h>
#include <string.h>

#include "igdctl.h"

static struct iomem *lines;
static size_t line_count;
static bool is_hidden;

static void load(void)
{
	char *data = content_of(NULL, "/proc/iomem"), *save = NULL, *line;
	unsigned long long first, last, highest = 0;
	int start;

	if (!data) {
		is_hidden = true;
		return;
	}
	lines = allocate((strlen(data) / 4 + 1) * sizeof(*lines));
	for (line = strtok_r(data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct iomem *entry = &lines[line_count];

		start = 0;
		if (sscanf(line, " %llx-%llx : %n", &first, &last, &start) != 2 ||
		    !start || last < first)
			continue;
		entry->range.base = first;
		entry->range.size = last - first + 1;
		entry->depth = strspn(line, " ") / 2;
		snprintf(entry->name, sizeof(entry->name), "%s", line + start);
		line_count++;
		if (last > highest)
			highest = last;
	}
	free(data);
	/* The kernel shows the addresses to root alone, others read 0 */
	is_hidden = !highest;
}

/**
 * iomem_lines() - all lines
 * @count: how many; may be NULL
 * @unseen: whether their addresses could not be seen; may be NULL
 */
const struct iomem *iomem_lines(size_t *count, bool *unseen)
{
	if (!lines && !is_hidden)
		load();
	if (count)
		*count = line_count;
	if (unseen)
		*unseen = is_hidden;
	return lines;
}

/**
 * ranges_meet() - do they have a byte in common?
 * @a: the one
 * @b: the other
 */
bool ranges_meet(const struct igd_range *a, const struct igd_range *b)
{
	return a->size && b->size && a->base < igd_range_end(b) &&
	       b->base < igd_range_end(a);
}

/**
 * iomem_has() - is some of a range what this name says?
 * @range: the range; NULL for anywhere
 * @name: as in 'System RAM'
 */
bool iomem_has(const struct igd_range *range, const char *name)
{
	const struct iomem *all;
	size_t count, i;

	all = iomem_lines(&count, NULL);
	for (i = 0; i < count; i++)
		if (!strcmp(all[i].name, name) &&
		    (!range || ranges_meet(range, &all[i].range)))
			return true;
	return false;
}
