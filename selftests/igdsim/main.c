// SPDX-License-Identifier: GPL-2.0-only
/* Options, sockets, and the loop that waits on them */
#define _GNU_SOURCE
#include "igdsim.h"
#include "display/display.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_CONTROL_CLIENTS	32

static const char usage[] =
	"use: igdsim --socket PATH --control PATH --log FILE [--trap-all] [--hz N] PROFILE\n"
	"     igdsim --opregion FILE PROFILE\n"
	"     igdsim --vbt FILE PROFILE\n"
	"     igdsim --screen FILE PROFILE\n"
	"     igdsim --print KEY PROFILE";

struct options {
	const char *socket;
	const char *control;
	const char *log;
	const char *opregion;
	const char *vbt;
	const char *screen;
	const char *print;
	const char *profile;
	int64_t period;
	bool trap_all;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Nanoseconds from one frame to the next */
static int64_t parse_hz(const char *text)
{
	double value;
	char *end;

	value = strtod(text, &end);
	if (end == text || *end || !(value >= 0.1 && value <= 60))
		die("igdsim: '%s' frames a second: allowed are 0.1 to 60", text);
	return (int64_t)(1e9 / value);
}

static struct options parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "control", required_argument, NULL, 'c' },
		{ "log", required_argument, NULL, 'l' },
		{ "opregion", required_argument, NULL, 'o' },
		{ "vbt", required_argument, NULL, 'v' },
		{ "screen", required_argument, NULL, 'S' },
		{ "hz", required_argument, NULL, 'z' },
		{ "print", required_argument, NULL, 'p' },
		{ "trap-all", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct options options = { .period = 1000000000 };
	int option;

	while ((option = getopt_long(argc, argv, "h", names, NULL)) != -1) {
		switch (option) {
		case 's':
			options.socket = optarg;
			break;
		case 'c':
			options.control = optarg;
			break;
		case 'l':
			options.log = optarg;
			break;
		case 'o':
			options.opregion = optarg;
			break;
		case 'v':
			options.vbt = optarg;
			break;
		case 'S':
			options.screen = optarg;
			break;
		case 'z':
			options.period = parse_hz(optarg);
			break;
		case 'p':
			options.print = optarg;
			break;
		case 't':
			options.trap_all = true;
			break;
		case 'h':
			puts(usage);
			exit(0);
		default:
			die("%s", usage);
		}
	}
	if (optind + 1 != argc)
		die("igdsim: need one profile\n%s", usage);
	options.profile = argv[optind];
	return options;
}

static int listen_on(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		die("igdsim: socket path longer than %zu bytes: %s",
		    sizeof(address.sun_path) - 1, path);
	strcpy(address.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) || listen(fd, 8))
		die("igdsim: cannot listen on %s: %m", path);
	return fd;
}

static void save(const struct image *image, const char *path)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(image->bytes, 1, image->size, file) != image->size ||
	    fclose(file))
		die("igdsim: cannot write %s: %m", path);
}

static void save_images(const struct profile *profile,
			const struct options *options)
{
	const struct {
		const char *path;
		struct image (*make)(const struct profile *profile);
	} images[] = {
		{ options->opregion, opregion_image },
		{ options->vbt, vbt_image },
		{ options->screen, screen_image },
	};

	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		struct image image;

		if (!images[i].path)
			continue;
		image = images[i].make(profile);
		save(&image, images[i].path);
	}
}

/* poll() slots: the client or who listens for it, control's listener, and more */
static void serve(struct igd *igd, int listener, int control)
{
	struct pollfd fds[2 + MAX_CONTROL_CLIENTS];

	while (!stopped) {
		unsigned int others;

		fds[0].fd = igd->client >= 0 ? igd->client : listener;
		fds[0].events = POLLIN;
		fds[1].fd = control;
		fds[1].events = POLLIN;
		others = control_poll(igd, fds + 2, MAX_CONTROL_CLIENTS);
		if (others == MAX_CONTROL_CLIENTS)
			fds[1].events = 0;

		if (poll(fds, 2 + others, display_timeout(igd)) < 0) {
			if (errno == EINTR)
				continue;
			die("igdsim: poll: %m");
		}
		if (fds[0].revents) {
			if (igd->client < 0)
				vfio_user_accept(igd, listener);
			else if (!vfio_user_receive(igd))
				break;
		}
		control_serve(igd, fds + 2, others);
		if (fds[1].revents)
			control_accept(igd, control);
		display_tick(igd);
	}
	journal_note(&igd->journal, stopped ? "stopped" : "client gone");
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	struct sigaction action = { .sa_handler = stop };
	struct profile *profile = profile_load(options.profile);
	struct igd *igd;

	if (options.print) {
		profile_print(profile, options.print);
		return 0;
	}
	if (options.opregion || options.vbt || options.screen) {
		save_images(profile, &options);
		return 0;
	}
	if (!options.socket || !options.control || !options.log)
		die("%s", usage);

	igd = xcalloc(1, sizeof(*igd));
	igd->profile = profile;
	igd->client = -1;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	journal_open(&igd->journal, options.log);
	journal_note(&igd->journal, "serving %s", profile->name);
	device_init(igd, options.trap_all, options.period);
	serve(igd, listen_on(options.socket), listen_on(options.control));
	unlink(options.socket);
	unlink(options.control);
	return 0;
}
