// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl check: goes through all checks, and shows what they found
 */
#include <getopt.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "igdctl.h"

static const char usage[] =
"Usage: igdctl check [--json] [--root DIR] [VM]\n"
"\n"
"Says what keeps this host's Intel graphics from working in a virtual machine,\n"
"a line for each thing it looked at: ok, warning, failure, or unseen for what it\n"
"may not look at as this user. Behind ';' is what to do, and the last line has what\n"
"to type next. It writes nothing.\n"
"\n"
"  VM             also looks at this VM: a libvirt domain by its name, or a file:\n"
"                 a QEMU command line, or Proxmox' /etc/pve/qemu-server/ID.conf\n"
"  --json         as a list of objects: check, state, found, do, command\n"
"  --root DIR     looks at a recorded tree of sysfs, procfs and ACPI tables\n"
"\n"
"Exit status: 0 no failure, 1 a failure, 2 nothing was looked at.\n";

static const char *const states[] = {
	[STATE_OK] = "ok",
	[STATE_WARNING] = "warning",
	[STATE_FAILURE] = "failure",
	[STATE_UNSEEN] = "unseen",
};

static const struct check *const all[] = {
	device_checks, iommu_checks, driver_checks, module_checks,
	memory_checks, vm_checks, live_checks,
};

/**
 * answer() - what a check found
 * @finding: where it goes
 * @state: how bad it is
 * @todo: the one thing to do; empty for nothing
 * @format: what was found
 */
void answer(struct finding *finding, enum state state, const char *todo,
	    const char *format, ...)
{
	va_list args;

	finding->state = state;
	snprintf(finding->todo, sizeof(finding->todo), "%s", todo);
	va_start(args, format);
	vsnprintf(finding->found, sizeof(finding->found), format, args);
	va_end(args);
}

/**
 * command() - what is to do is to be typed as it is
 * @finding: what was found, with nothing to do so far
 * @command: for a shell, as root
 * @more: what is to be known of it, as in ", or reboot"
 */
void command(struct finding *finding, const char *command, const char *more)
{
	snprintf(finding->command, sizeof(finding->command), "%s", command);
	snprintf(finding->todo, sizeof(finding->todo), "%s%s", command, more);
}

static void show(const struct check *check, const struct finding *finding)
{
	printf("%-8s %-12s %s%s%s\n", states[finding->state], check->name,
	       finding->found, *finding->todo ? "; " : "", finding->todo);
}

static void add(struct json_object *list, const struct check *check,
		const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "check",
			       json_object_new_string(check->name));
	json_object_object_add(object, "state",
			       json_object_new_string(states[finding->state]));
	json_object_object_add(object, "found",
			       json_object_new_string(finding->found));
	json_object_object_add(object, "do",
			       json_object_new_string(finding->todo));
	json_object_object_add(object, "command",
			       json_object_new_string(finding->command));
	json_object_array_add(list, object);
}

static bool look(const struct check *check, const struct host *host,
		 const struct vm *vm, struct finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	if (check->look)
		check->look(host, finding);
	else if (vm)
		check->look_vm(host, vm, finding);
	return finding->state != STATE_NONE;
}

/* The first command of the worst that has one */
static void keep(struct finding *next, const struct finding *finding)
{
	if (*finding->command && (next->state == STATE_NONE ||
				  (next->state == STATE_WARNING &&
				   finding->state == STATE_FAILURE)))
		*next = *finding;
}

/* What leads on: to a host that is ready, and then to a guest */
static void show_next(const struct finding *next, const unsigned int *counts,
		      bool has_vm)
{
	if (counts[STATE_FAILURE] && next->state != STATE_FAILURE)
		printf("next: what stands behind ';' in the first line with 'failure', then igdctl check\n");
	else if (!strncmp(next->command, "driverctl ", 10) && is_real() &&
		 !is_installed("driverctl"))
		printf("next: apt install driverctl\n");
	else if (*next->command)
		printf("next: %s\n", next->command);
	else if (counts[STATE_UNSEEN] && is_real() && geteuid())
		printf("next: igdctl check, as root\n");
	else if (!has_vm)
		printf("next: igdctl vm qemu --disk FILE >guest; sh guest (or igdctl vm libvirt, proxmox)\n");
}

static int run(const struct host *host, const struct vm *vm, bool json)
{
	struct json_object *list = json ? json_object_new_array() : NULL;
	unsigned int counts[ARRAY_SIZE(states)] = { 0 };
	struct finding next = { .state = STATE_NONE };
	const struct check *check;
	struct finding finding;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (check = all[i]; check->name; check++) {
			if (!look(check, host, vm, &finding))
				continue;
			counts[finding.state]++;
			keep(&next, &finding);
			if (json)
				add(list, check, &finding);
			else
				show(check, &finding);
		}
	}
	if (json) {
		puts(json_object_to_json_string_ext(list,
						    JSON_C_TO_STRING_PRETTY |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
		json_object_put(list);
	} else {
		printf("%u ok, %u warnings, %u failures, %u unseen\n",
		       counts[STATE_OK], counts[STATE_WARNING],
		       counts[STATE_FAILURE], counts[STATE_UNSEEN]);
		show_next(&next, counts, vm);
	}
	return counts[STATE_FAILURE] ? STATUS_WRONG : STATUS_GOOD;
}

/**
 * check_main() - igdctl check
 */
int check_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "root", required_argument, NULL, 'r' },
		{ NULL }
	};
	struct vm *vm = NULL;
	bool json = false;
	struct host host;
	int option, status;

	while ((option = next_option(argc, argv, "h", options, usage)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		}
	}
	if (argc - optind > 1)
		die("one VM at a time, not %d", argc - optind);
	if (argc - optind == 1)
		vm = vm_read(argv[optind]);
	host_load(&host);
	status = run(&host, vm, json);
	free(host.cmdline);
	free(vm);
	return status;
}
