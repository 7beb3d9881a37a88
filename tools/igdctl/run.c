// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other programs, for what they know better
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
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

/**
 * output_of() - run a program
 * @argv: its name, looked for in PATH, and its arguments, ended by NULL
 * @status: its exit status; 127 if it is not there
 *
 * Return: what it printed, its errors included, for the caller to free.
 */
char *output_of(const char *const *argv, int *status)
{
	posix_spawn_file_actions_t actions;
	int ends[2], state;
	char *output;
	pid_t child;

	*status = 127;
	if (pipe2(ends, O_CLOEXEC))
		die("no pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	state = posix_spawnp(&child, argv[0], &actions, NULL, (char **)argv,
			     environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	output = drain(ends[0]);
	close(ends[0]);
	if (!state && waitpid(child, &state, 0) == child)
		*status = WIFEXITED(state) ? WEXITSTATUS(state) : 126;
	return output;
}
