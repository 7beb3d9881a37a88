// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdsim's control channel: a line is asked, lines are answered, the last of
 * them begins with ok or error
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "igdtest.h"

#define PORT			"/dev/virtio-ports/igdsim"
#define ANSWER_MS		10000
#define KSFT_SKIP		4	/* kselftest.h, which is no library's business */

/* A real machine has none: igdctl selftest counts what leaves itself out */
void sim_need(void)
{
	if (getenv("IGD_WITHOUT_SIM") && access(PORT, F_OK))
		_exit(KSFT_SKIP);
}

static FILE *ask(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static FILE *ask(const char *format, ...)
{
	struct pollfd ready = { .events = POLLIN };
	char line[256];
	va_list args;
	FILE *port;
	int len;

	sim_need();

	/* A port takes one at a time: it is not kept open */
	ready.fd = open(PORT, O_RDWR | O_CLOEXEC);
	if (ready.fd < 0)
		die("cannot open %s: %m; is this the virtual host?", PORT);

	va_start(args, format);
	len = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[len++] = '\n';
	if (write(ready.fd, line, len) != len)
		die("cannot write to %s: %m", PORT);
	if (poll(&ready, 1, ANSWER_MS) != 1)
		die("igdsim did not answer '%.*s'", len - 1, line);

	port = fdopen(ready.fd, "r");
	if (!port)
		die("fdopen: %m");
	return port;
}

/* The next line; NULL when it is the last, whose words are left in @line */
static char *answer(FILE *port, char *line, int room)
{
	if (!fgets(line, room, port))
		die("igdsim broke off in the middle of an answer");
	line[strcspn(line, "\n")] = 0;
	if (!strncmp(line, "error", 5))
		die("igdsim: %s", line);
	if (strcmp(line, "ok") && strncmp(line, "ok ", 3))
		return line;

	memmove(line, line + 2, strlen(line) - 1);
	fclose(port);
	return NULL;
}

static u64 answer_number(FILE *port)
{
	char line[256], *end;
	u64 number;

	if (answer(port, line, sizeof(line)))
		die("igdsim: expected a number, found '%s'", line);
	number = strtoull(line, &end, 0);
	if (end == line || *end)
		die("igdsim: expected a number, found '%s'", line);
	return number;
}

/* What the device itself remembers, as nobody asked */
u64 sim_read(const char *space, u64 offset, unsigned int width)
{
	return answer_number(ask("read %s %#llx %u", space,
				 offset, width));
}

void sim_write(const char *space, u64 offset, unsigned int width,
	       u64 value)
{
	char line[256];

	if (answer(ask("write %s %#llx %u %#llx", space,
		       offset, width,
		       value), line, sizeof(line)))
		die("igdsim: expected ok, found '%s'", line);
}

/* As sim_write(), and remembers what was there */
void sim_change(struct sim_changes *changes, const char *space, u64 offset,
		unsigned int width, u64 value)
{
	unsigned int i = changes->count++;

	if (i == ARRAY_SIZE(changes->old))
		die("more than %u registers changed", i);
	changes->old[i].space = space;
	changes->old[i].offset = offset;
	changes->old[i].width = width;
	changes->old[i].value = sim_read(space, offset, width);
	sim_write(space, offset, width, value);
}

/* Was one of the changes in the standard header of configuration space? */
bool sim_restore(struct sim_changes *changes)
{
	bool header = false;

	while (changes->count) {
		unsigned int i = --changes->count;

		sim_write(changes->old[i].space, changes->old[i].offset,
			  changes->old[i].width, changes->old[i].value);
		header |= !strcmp(changes->old[i].space, "config") &&
			  changes->old[i].offset < PCI_STD_HEADER_SIZEOF;
	}
	return header;
}

/* Where a PCI capability is in configuration space, 0 if there is none */
unsigned int sim_capability(u8 id)
{
	unsigned int at = sim_read("config", PCI_CAPABILITY_LIST, 1);

	while (at && sim_read("config", at + PCI_CAP_LIST_ID, 1) != id)
		at = sim_read("config", at + PCI_CAP_LIST_NEXT, 1);
	return at;
}

/* Bytes of header and capabilities, by the lengths that pci_regs.h has */
void sim_known(u8 known[256])
{
	unsigned int at, len, flags;

	memset(known, 0, 256);
	memset(known, 1, PCI_STD_HEADER_SIZEOF);
	for (at = sim_read("config", PCI_CAPABILITY_LIST, 1); at;
	     at = sim_read("config", at + PCI_CAP_LIST_NEXT, 1)) {
		switch (sim_read("config", at, 1)) {
		case PCI_CAP_ID_PM:
			len = PCI_PM_SIZEOF;
			break;
		case PCI_CAP_ID_MSI:
			flags = sim_read("config", at + PCI_MSI_FLAGS, 2);
			len = flags & PCI_MSI_FLAGS_MASKBIT ? 20 : 10;
			len += flags & PCI_MSI_FLAGS_64BIT ? 4 : 0;
			break;
		case PCI_CAP_ID_EXP:
			len = PCI_CAP_EXP_ENDPOINT_SIZEOF_V2;
			break;
		case PCI_CAP_ID_AF:
			len = PCI_CAP_AF_SIZEOF;
			break;
		default:
			/* Intel's own, such as 0x09 at 0x40: nobody's business */
			len = 0;
		}
		memset(known + at, 1, len);
	}
}

/* Forgets the writes so far */
void sim_mark(void)
{
	char line[256];

	if (answer(ask("mark"), line, sizeof(line)))
		die("igdsim: expected ok, found '%s'", line);
}

/**
 * sim_writes - what has been written to the device since sim_mark()
 * @space: "config", "bar0", "bar2" or "bar4"
 * @from: first offset
 * @to: last offset
 * @log: result
 * @room: entries in @log
 *
 * Return: how many there were, of which @log has the first @room.
 */
size_t sim_writes(const char *space, u64 from, u64 to,
		  struct sim_log *log, size_t room)
{
	unsigned long long offset, value;
	unsigned int width;
	char line[256];
	size_t count = 0;
	FILE *port;

	port = ask("writes %s %#llx %#llx", space, from,
		   to);
	while (answer(port, line, sizeof(line))) {
		if (sscanf(line, "write %*s %llx %u %llx", &offset, &width,
			   &value) != 3)
			die("igdsim: expected a write, found '%s'", line);
		if (count < room)
			log[count] = (struct sim_log) {
				.offset = offset,
				.width = width,
				.value = value,
			};
		count++;
	}
	if (strtoull(line, NULL, 0) != count)
		die("igdsim: %zu writes in an answer of%s", count, line);
	return count;
}

/* The device leaves the bus: all reads are ones; or it is back, as it was */
void sim_die(bool dead)
{
	char line[256];

	if (answer(ask("dead %s", dead ? "on" : "off"), line, sizeof(line)))
		die("igdsim: expected ok, found '%s'", line);
}

unsigned int sim_resets(void)
{
	return answer_number(ask("resets"));
}

/* The device sends the first vector that it was given */
void sim_msi(void)
{
	char line[256];

	if (answer(ask("msi"), line, sizeof(line)))
		die("igdsim: expected ok, found '%s'", line);
}

void sim_planes(struct sim_planes *planes, bool forget)
{
	FILE *port = ask(forget ? "planes forget" : "planes");
	char line[256];

	while (answer(port, line, sizeof(line)))
		;
	if (sscanf(line, " lit %u pending %*u frames %*u reads %u faults %u absent %u",
		   &planes->lit, &planes->reads, &planes->faults,
		   &planes->absent) != 4)
		die("igdsim: expected counts, found '%s'", line);
}

/**
 * sim_picture - what the monitor shows
 * @file: a PNG, as igdsim reads it: /out is the virtual host's
 * @planes: how many are in it
 * @lost: pages of them that could not be read
 *
 * Return: whether a pipe was on.
 */
bool sim_picture(const char *file, unsigned int *planes, unsigned int *lost)
{
	char line[256], pipe;

	if (answer(ask("picture %s", file), line, sizeof(line)) ||
	    sscanf(line, " %*ux%*u pipe %c planes %u lost %u", &pipe, planes,
		   lost) != 3)
		die("igdsim: expected a picture, found '%s'", line);
	return pipe != '-';
}

/* The monitor's cable, and what its memory has in it */
void sim_plug(char port, bool plug)
{
	char line[256];

	if (answer(ask("monitor %s %c", plug ? "plug" : "unplug", port), line,
		   sizeof(line)))
		die("igdsim: expected ok, found '%s'", line);
}

void sim_edid(char port, u8 edid[128])
{
	char line[512];

	if (answer(ask("edid %c", port), line, sizeof(line)) ||
	    strlen(line) != 1 + 2 * 128)
		die("igdsim: expected 128 bytes, found '%s'", line);
	for (unsigned int i = 0; i < 128; i++)
		if (sscanf(line + 1 + 2 * i, "%2hhx", edid + i) != 1)
			die("igdsim: expected bytes, found '%s'", line);
}
