// SPDX-License-Identifier: GPL-2.0-only
/* Which pages were refused, and how often */
#include "display.h"

#include <stdlib.h>
#include <string.h>

/* The first that is not below */
static size_t find(const struct fault_list *list, uint64_t address)
{
	size_t from = 0, end = list->count;

	while (from < end) {
		size_t middle = from + (end - from) / 2;

		if (list->faults[middle].address < address)
			from = middle + 1;
		else
			end = middle;
	}
	return from;
}

void faults_add(struct fault_list *list, uint64_t address)
{
	size_t at = find(list, address);

	if (at < list->count && list->faults[at].address == address) {
		list->faults[at].count++;
		return;
	}
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		list->faults = realloc(list->faults,
				       list->room * sizeof(*list->faults));
		if (!list->faults)
			die("igdsim: no memory left for faults");
	}
	memmove(list->faults + at + 1, list->faults + at,
		(list->count - at) * sizeof(*list->faults));
	list->faults[at].address = address;
	list->faults[at].count = 1;
	list->count++;
}

void faults_forget(struct fault_list *list)
{
	list->count = 0;
}
