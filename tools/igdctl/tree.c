// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text, and files below the root
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "igdctl.h"

#define TURNS			64

const char *program = "igdctl";
const char *root = "";

/**
 * die() - say what is wrong, and end with STATUS_NOTHING
 * @format: as printf() has it
 */
void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(STATUS_NOTHING);
}

/**
 * allocate() - memory that is all 0, or die
 * @size: bytes
 */
void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		die("no memory for %zu bytes", size);
	return memory;
}

/**
 * set_root() - read below this folder from now on
 * @dir: a recorded tree of sysfs, procfs and ACPI tables
 */
void set_root(const char *dir)
{
	root = realpath(dir, NULL);
	if (!root || !there("/sys/bus/pci/devices"))
		die("--root wants a recorded tree, and %s has no sys/bus/pci/devices",
		    dir);
}

static char *turn(void)
{
	static char buffers[TURNS][PATH_MAX];
	static unsigned int next;

	return buffers[next++ % TURNS];
}

static const char *vat(const char *format, va_list args)
{
	char *path = turn();
	int length = snprintf(path, PATH_MAX, "%s", root);

	if (length < PATH_MAX)
		vsnprintf(path + length, PATH_MAX - length, format, args);
	return path;
}

/**
 * text() - as sprintf()
 * @format: what
 */
const char *text(const char *format, ...)
{
	char *buffer = turn();
	va_list args;

	va_start(args, format);
	vsnprintf(buffer, PATH_MAX, format, args);
	va_end(args);
	return buffer;
}

/**
 * at() - a path below the root
 * @format: the path, with the '/' in front
 */
const char *at(const char *format, ...)
{
	const char *path;
	va_list args;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	return path;
}

/**
 * there() - is there such a file or folder?
 * @format: its path
 */
bool there(const char *format, ...)
{
	const char *path;
	va_list args;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	return !access(path, F_OK);
}

/**
 * line_of() - the first line of a file, without its end
 * @format: the path
 *
 * Return: NULL with errno, if it cannot be read.
 */
const char *line_of(const char *format, ...)
{
	char *line = turn();
	const char *path;
	va_list args;
	FILE *file;
	char *got;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	*line = 0;
	got = fgets(line, PATH_MAX, file);
	if (!got && ferror(file)) {
		fclose(file);
		return NULL;
	}
	fclose(file);
	line[strcspn(line, "\n")] = 0;
	return line;
}

/**
 * link_of() - the last name in what a link leads to
 * @format: path of the link
 *
 * Return: NULL if there is none.
 */
const char *link_of(const char *format, ...)
{
	char *target = turn();
	const char *path, *slash;
	ssize_t length;
	va_list args;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	length = readlink(path, target, PATH_MAX - 1);
	if (length < 0)
		return NULL;
	target[length] = 0;
	slash = strrchr(target, '/');
	return slash ? slash + 1 : target;
}

/**
 * content_of() - all of a file
 * @size: bytes; behind them is a 0
 * @format: its path
 *
 * Return: what the caller frees; NULL with errno, if it cannot be read.
 */
char *content_of(size_t *size, const char *format, ...)
{
	size_t got = 0, room = 4096;
	const char *path;
	va_list args;
	char *data;
	FILE *file;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	data = allocate(room + 1);
	while (!ferror(file) && !feof(file)) {
		if (got == room) {
			room *= 2;
			data = realloc(data, room + 1);
			if (!data)
				die("no memory for %s", path);
		}
		got += fread(data + got, 1, room - got, file);
	}
	if (ferror(file)) {
		free(data);
		fclose(file);
		return NULL;
	}
	fclose(file);
	data[got] = 0;
	if (size)
		*size = got;
	return data;
}

/**
 * has_word() - is a word among words with blanks between?
 * @words: the words, may be NULL
 * @word: the word
 */
bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *p = words;

	while (p && (p = strstr(p, word))) {
		if ((p == words || p[-1] == ' ') &&
		    (!p[length] || strchr(" \n", p[length])))
			return true;
		p += length;
	}
	return false;
}

/**
 * is_real() - is the root the machine's own?
 */
bool is_real(void)
{
	return !*root;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/**
 * names_in() - what is in a folder, sorted
 * @format: its path
 *
 * Return: ended by NULL, for free_names(); NULL if the folder cannot be read.
 */
char **names_in(const char *format, ...)
{
	struct dirent **list;
	const char *path;
	va_list args;
	char **names;
	int count, i;

	va_start(args, format);
	path = vat(format, args);
	va_end(args);
	count = scandir(path, &list, is_name, versionsort);
	if (count < 0)
		return NULL;
	names = allocate((count + 1) * sizeof(*names));
	for (i = 0; i < count; i++) {
		names[i] = strdup(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return names;
}

/**
 * free_names() - give back what names_in() has given
 * @names: may be NULL
 */
void free_names(char **names)
{
	char **name;

	for (name = names; name && *name; name++)
		free(*name);
	free(names);
}
