/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a machine what it is, for its record and for the tests that run on it
 */
#ifndef IGDCTL_RECORD_H
#define IGDCTL_RECORD_H

#include "igdctl.h"

#define FACT			"# fact "

/* record.c */
void record_facts(FILE *file, const struct host *host,
		  const struct opregion *opregion, const char *before);
bool record_is_whole(const struct host *host);

#endif /* IGDCTL_RECORD_H */
