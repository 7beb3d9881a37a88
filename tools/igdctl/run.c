// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other programs, for what they know better
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "igdctl.h"

static char *drain(int from)
{
	size_t got = 0, room = 4096;
	char *data = allocate(room + 1);
	ssize_t part;

	while ((part = read(from, data + got, room - got)) > 0 ||
	       (part < 0 && errno == EINTR)) {
		got += part > 0 ? part : 0;
		if (got < room)
			continue;
		room *= 2;
		data = realloc(data, room + 1);
		if (!data)
			die("no memory for what a program prints");
	}
	data[got] = 0;
	return data;
}

static void become(const char *const *argv, int output,
		   const struct limits *limits)
{
	struct rlimit limit;

	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (limits) {
		limit.rlim_cur = limit.rlim_max = limits->seconds;
		setrlimit(RLIMIT_CPU, &limit);
		limit.rlim_cur = limit.rlim_max = limits->bytes;
		setrlimit(RLIMIT_AS, &limit);
	}
	execvp(argv[0], (char **)argv);
	_exit(127);
}

/**
 * output_within() - run a program that may take no more than this
 * @argv: its name, looked for in PATH, and its arguments, ended by NULL
 * @limits: what it may take; NULL: as much as it wants
 * @status: its exit status; 127 if it is not there, 126 if a signal ended it
 *
 * Return: what it printed, its errors included, for the caller to free.
 */
char *output_within(const char *const *argv, const struct limits *limits,
		    int *status)
{
	int ends[2], state;
	char *output;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		die("no pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die("no process for %s: %s", argv[0], strerror(errno));
	if (!child)
		become(argv, ends[1], limits);
	close(ends[1]);
	output = drain(ends[0]);
	close(ends[0]);
	while (waitpid(child, &state, 0) < 0)
		if (errno != EINTR)
			die("%s cannot be waited for: %s", argv[0], strerror(errno));
	*status = WIFEXITED(state) ? WEXITSTATUS(state) : 126;
	return output;
}

/**
 * output_of() - run a program
 * @argv: as for output_within()
 * @status: as there
 */
char *output_of(const char *const *argv, int *status)
{
	return output_within(argv, NULL, status);
}

/**
 * is_installed() - is there such a program on this machine?
 * @program: its name
 *
 * An ordinary user's PATH has no sbin, where some are that root runs.
 */
bool is_installed(const char *program)
{
	const char *path = getenv("PATH");
	char *folders = NULL, *folder, *save = NULL;
	bool is = false;

	if (asprintf(&folders, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin") < 0)
		die("no memory for PATH");
	for (folder = strtok_r(folders, ":", &save); folder && !is;
	     folder = strtok_r(NULL, ":", &save))
		is = !access(text("%s/%s", folder, program), X_OK);
	free(folders);
	return is;
}
