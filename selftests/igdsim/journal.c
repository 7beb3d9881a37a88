// SPDX-License-Identifier: GPL-2.0-only
/*
 * The journal: every write that reached the device, in a file for people and in
 * memory for tests, and whatever else happened to it, in the file only.
 */
#include "igdsim.h"

#include <stdarg.h>
#include <stdlib.h>

void journal_open(struct journal *journal, const char *path)
{
	journal->file = fopen(path, "w");
	if (!journal->file)
		die("igdsim: cannot write the log %s: %m", path);
	setvbuf(journal->file, NULL, _IOLBF, 0);
}

static void start_line(struct journal *journal)
{
	static int64_t start;

	if (!start)
		start = now_ns();
	journal->sequence++;
	fprintf(journal->file, "%llu %.6f ",
		(unsigned long long)journal->sequence,
		(double)(now_ns() - start) / 1e9);
}

void journal_note(struct journal *journal, const char *format, ...)
{
	va_list args;

	start_line(journal);
	va_start(args, format);
	vfprintf(journal->file, format, args);
	va_end(args);
	fputc('\n', journal->file);
}

/* As many digits as the space has, so that lines sort and align */
int journal_format(char *text, size_t size, const struct write *write)
{
	static const int digits[NUM_SPACES] = { 3, 6, 7, 2 };

	return snprintf(text, size, "write %s 0x%0*x %u 0x%llx",
			space_names[write->space], digits[write->space],
			write->offset, write->width,
			(unsigned long long)write->value);
}

void journal_write(struct journal *journal, enum space space, uint32_t offset,
		   unsigned int width, uint64_t value, const char *remark)
{
	struct write *write;
	char text[80];

	if (journal->count == journal->room) {
		journal->room = journal->room ? 2 * journal->room : 1024;
		journal->writes = realloc(journal->writes, journal->room *
					  sizeof(*journal->writes));
		if (!journal->writes)
			die("igdsim: no memory left for the journal");
	}
	write = &journal->writes[journal->count++];
	write->space = (uint8_t)space;
	write->offset = offset;
	write->width = (uint8_t)width;
	write->value = value;

	journal_format(text, sizeof(text), write);
	start_line(journal);
	fprintf(journal->file, "%s%s\n", text, remark);
}
