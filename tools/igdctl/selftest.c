// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl selftest: the driver's own tests, on a machine with the device
 *
 * The tests were written for an emulated device, whose control channel looks behind
 * the hardware. Those that need it leave themselves out here, and are counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"

static const char usage[] =
"Usage: igdctl selftest [--tests DIR] [--record FILE] [--json]\n"
"\n"
"Runs the driver's tests on this machine, as root, with the device bound to\n"
"vfio-pci-igd and no guest. They write to the device what a guest's firmware\n"
"would, and nothing else. Ends with a block to paste into an issue.\n"
"\n"
"  --tests DIR    where they were built: make -C selftests/driver OUTPUT=DIR\n"
"                 (/usr/libexec/vfio-pci-igd/selftests)\n"
"  --record FILE  what igdctl record wrote of this machine, while its own driver\n"
"                 had the device. Once vfio-pci-igd has, BAR0 does not answer\n"
"  --json         counts and names, for a program\n"
"\n"
"Exit status: 0 none failed, 1 one did, 2 nothing was run.\n";

/* Those that bind, unbind and load modules are no guest's doing: they are left out */
static const char *const tests[] = {
	"region_test", "vreg_test", "config_test", "mmap_test", "mchbar_test",
	"ioport_test",
};

static const char *const left_out[] = {
	"probe_test", "gms_test", "log_test", "params_test",
};

struct counts {
	unsigned int passed;
	unsigned int failed;
	unsigned int skipped;		/* of them: */
	unsigned int elsewhere;		/* another way to open it, and the like */
	char *names;			/* of those that failed or were left out */
	size_t names_size;
	FILE *list;
};

/*
 * 'ok 3 igd.group.name # SKIP why', 'not ok 4 igd.group.name'. Of what has no reason
 * the control channel is the reason, see selftests/lib/sim.c.
 */
static void count_line(struct counts *counts, const char *program_name,
		       const char *line, const char *why)
{
	bool bad = !strncmp(line, "not ok ", 7);
	const char *name, *skip;
	int length;

	if (!bad && strncmp(line, "ok ", 3))
		return;
	name = line + (bad ? 7 : 3);
	name += strspn(name, "0123456789 ");
	length = strcspn(name, " #");
	skip = strstr(line, "# SKIP");
	if (skip) {
		counts->skipped++;
		if (strstr(skip, "unknown"))
			fprintf(counts->list, "left out %s %.*s: needs the emulated device\n",
				program_name, length, name);
		else
			counts->elsewhere++;
	} else if (bad) {
		counts->failed++;
		fprintf(counts->list, "failed %s %.*s: %s\n", program_name,
			length, name, why);
	} else {
		counts->passed++;
	}
}

/* What the harness says of a test beside that it runs and ends is why it failed */
static bool is_reason(const char *line)
{
	return *line == '#' && strncmp(line, "#  RUN ", 7) &&
	       !strstr(line, "  OK  ") && !strstr(line, " FAIL ") &&
	       !strstr(line, "Test failed");
}

static void run_test(struct counts *counts, const char *dir, const char *name)
{
	const char *const argv[] = { text("%s/%s", dir, name), NULL };
	unsigned int before = counts->passed + counts->failed + counts->skipped;
	char *said, *line, *save = NULL;
	const char *why = "";
	int status;

	said = output_of(argv, &status);
	for (line = strtok_r(said, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (is_reason(line))
			why = line + 1 + strspn(line + 1, " ");
		count_line(counts, name, line, why);
	}
	if (counts->passed + counts->failed + counts->skipped == before) {
		counts->failed++;
		fprintf(counts->list, "failed %s did not run (status %d)\n", name,
			status);
	}
	free(said);
}

/* What the tests want to know of the machine, in a file */
static void write_facts(FILE *file, const char *record)
{
	struct opregion opregion;
	bool hidden, any = false;
	struct host host;
	char *data, *line, *save = NULL;

	if (!record) {
		host_load(&host);
		if (!record_is_whole(&host))
			die("BAR0 does not answer while vfio-pci-igd has the device: run igdctl record -o FILE while i915 or xe has it, and give that with --record FILE");
		opregion_read(&host, &opregion, &hidden);
		record_facts(file, &host, &opregion, "");
		free(opregion.data);
		free(host.cmdline);
		return;
	}
	data = content_of(NULL, "%s", record);
	if (!data)
		die("%s cannot be read: %s", record, strerror(errno));
	for (line = strtok_r(data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, FACT, strlen(FACT)))
			continue;
		fprintf(file, "%s\n", line + strlen(FACT));
		any = true;
	}
	free(data);
	if (!any)
		die("%s has no lines '" FACT "...': is it igdctl record's, without --profile?",
		    record);
}

static void make_facts(const char *record)
{
	static char name[] = "/tmp/igdctl-facts-XXXXXX";
	int file = mkstemp(name);
	FILE *stream = file < 0 ? NULL : fdopen(file, "w");

	if (!stream)
		die("no temporary file: %s", strerror(errno));
	setenv("IGD_FACTS", name, 1);
	write_facts(stream, record);
	fclose(stream);
}

static void print_json(const struct counts *counts)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char *line, *save = NULL;

	json_object_object_add(object, "passed", json_object_new_int(counts->passed));
	json_object_object_add(object, "failed", json_object_new_int(counts->failed));
	json_object_object_add(object, "left_out",
			       json_object_new_int(counts->skipped));
	for (line = strtok_r(counts->names, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		json_object_array_add(list, json_object_new_string(line));
	json_object_object_add(object, "names", list);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY));
	json_object_put(object);
}

static void print_block(const struct counts *counts)
{
	struct host host;
	size_t i;

	host_load(&host);
	puts("--- igdctl selftest, to paste into an issue ---");
	printf("%s, %04x:%04x, kernel %s\n", host.platform->name, host.vendor,
	       host.device, host.kernel);
	printf("%u passed, %u failed, %u left out\n", counts->passed,
	       counts->failed, counts->skipped);
	fputs(counts->names, stdout);
	if (counts->elsewhere)
		printf("left out %u for what this kernel or device does not have (the VFIO cdev)\n",
		       counts->elsewhere);
	for (i = 0; i < ARRAY_SIZE(left_out); i++)
		printf("left out %s as a whole: it binds the device or changes the module\n",
		       left_out[i]);
	puts("--- end ---");
	free(host.cmdline);
}

static void be_ready(const char *dir)
{
	struct host host;
	const char *user;

	if (geteuid())
		die("opens the device and reads host memory: run it as root");
	host_load(&host);
	if (strcmp(host.driver, "vfio-pci-igd"))
		die("00:02.0 has the driver %s, not vfio-pci-igd: driverctl set-override "
		    IGD_SLOT " vfio-pci-igd", *host.driver ? host.driver : "none");
	user = host_guest(&host);
	if (user)
		die("%s has the device: end that guest first", user);
	if (!there("%s/%s", dir, tests[0]))
		die("%s has no tests: build them (make -C selftests/driver OUTPUT=DIR) and give --tests DIR",
		    dir);
	free(host.cmdline);
}

/**
 * selftest_main() - igdctl selftest
 */
int selftest_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "record", required_argument, NULL, 'R' },
		{ "tests", required_argument, NULL, 't' },
		{ NULL }
	};
	const char *dir = "/usr/libexec/vfio-pci-igd/selftests";
	const char *record = NULL;
	struct counts counts = { 0 };
	bool json = false;
	int option;
	size_t i;

	while ((option = next_option(argc, argv, "h", options, usage)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'R':
			record = optarg;
			break;
		case 't':
			dir = optarg;
			break;
		}
	}
	be_ready(dir);
	counts.list = open_memstream(&counts.names, &counts.names_size);
	if (!counts.list)
		die("no memory to count tests");
	make_facts(record);
	setenv("IGD_WITHOUT_SIM", "1", 1);
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		run_test(&counts, dir, tests[i]);
	unlink(getenv("IGD_FACTS"));
	fclose(counts.list);
	if (json)
		print_json(&counts);
	else
		print_block(&counts);
	free(counts.names);
	return counts.failed ? STATUS_WRONG : STATUS_GOOD;
}
