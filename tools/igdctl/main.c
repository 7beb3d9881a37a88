// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl: what is wrong with a host, the VM for it, its ROM, its record
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "igdctl.h"

static const char usage[] =
"Usage: igdctl check [VM]                      what is wrong with this host, or VM\n"
"       igdctl vm qemu|libvirt|proxmox         a VM for this host\n"
"       igdctl rom pack|print|check            option ROMs\n"
"       igdctl rom extract|build FIRMWARE      with the display driver of a firmware\n"
"       igdctl record [-o FILE]                what makes this machine what it is\n"
"       igdctl selftest                        the driver's tests on this machine\n"
"\n"
"Each says more with --help, and man igdctl says all of it.\n";

static const struct {
	const char *name;
	const char *program;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "check", "igdctl check", check_main },
	{ "vm", "igdctl vm", vm_main },
	{ "rom", "igdctl rom", rom_main },
	{ "record", "igdctl record", record_main },
	{ "selftest", "igdctl selftest", selftest_main },
};

int next_option(int argc, char **argv, const char *letters,
		const struct option *options, const char *help)
{
	int option;

	while ((option = getopt_long(argc, argv, letters, options, NULL)) == 'r')
		set_root(optarg);
	if (option == 'h') {
		fputs(help, stdout);
		exit(STATUS_GOOD);
	}
	if (option == '?')
		exit(STATUS_NOTHING);
	return option;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	size_t i;

	name = name ? name + 1 : argv[0];
	if (!strcmp(name, "igdrom")) {
		program = "igdrom";
		return rom_main(argc, argv);
	}
	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		fputs(usage, stdout);
		return STATUS_GOOD;
	}
	for (i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		program = verbs[i].program;
		argv[1] = (char *)program;
		return verbs[i].run(argc - 1, argv + 1);
	}
	fputs(usage, stderr);
	return STATUS_NOTHING;
}
