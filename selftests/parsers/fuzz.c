// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of functions that read bytes
 *
 *	fuzz [--seconds N] [--seed S] [--target NAME] [--corpus DIR | --keep DIR] [FILE...]
 *
 * For each target, or the one that is named, so many seconds: one of the inputs that
 * it has is changed a little. What led where none was before is kept as another one,
 * with --keep also in DIR/TARGET. gcc's trace-pc tells where a run came along. A target
 * that dies, or takes longer than ten seconds, has failed; its last input is beside
 * this program.
 */
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX		(64 << 10)
#define INPUTS_MAX		4096
#define KEPT_BYTES		1024	/* of what goes into the corpus */
#define KEPT_MAX		24
#define EDGES			(1 << 16)
#define HANG			10

struct input {
	uint8_t *data;
	size_t size;
};

jmp_buf target_exit;
int target_runs;
int report;

static struct input inputs[INPUTS_MAX];
static unsigned int num_inputs, num_kept;
static uint8_t edges[EDGES], known[EDGES];
static uintptr_t before;
static uint64_t state;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	uintptr_t here = (uintptr_t)__builtin_return_address(0);
	uintptr_t edge = (here ^ before) % EDGES;

	if (edges[edge] != 0xff)
		edges[edge]++;
	before = here << 1;
}

void __real_exit(int status) __attribute__((noreturn));
void __wrap_exit(int status) __attribute__((noreturn));
void __wrap_exit(int status)
{
	if (target_runs)
		longjmp(target_exit, 1);
	__real_exit(status);
}

/* What it keeps when it is cut off by longjmp() is nobody's leak */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=1";
}

/* Splitmix64, by Sebastiano Vigna, who has put it into the public domain */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static size_t below(size_t end)
{
	return end ? next() % end : 0;
}

static void keep_input(const uint8_t *data, size_t size)
{
	struct input *input = &inputs[num_inputs];

	if (num_inputs == INPUTS_MAX)
		return;
	input->data = malloc(size ? size : 1);
	memcpy(input->data, data, size);
	input->size = size;
	num_inputs++;
}

static void read_input(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		fprintf(stderr, "fuzz: %s: %m\n", path);
		exit(2);
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	keep_input(data, size);
}

static void read_folder(const char *folder, const char *target)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", folder, target,
			 entry->d_name);
		read_input(path);
	}
	if (dir)
		closedir(dir);
}

static void write_input(const char *folder, const char *target,
			const uint8_t *data, size_t size)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(folder, 0777);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%03u", folder, target, num_kept++);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
		fprintf(stderr, "fuzz: %s: %m\n", path);
		exit(2);
	}
}

/* Words that parsers look for, so that chance need not find them */
static const struct {
	const char *bytes;
	size_t len;
} words[] = {
	{ "\x55\xaa", 2 }, { "PCIR", 4 }, { "\xf1\x0e\0\0", 4 }, { "MZ", 2 },
	{ "PE\0\0", 4 }, { "\x64\x86", 2 }, { "\x0b\x02", 2 }, { "$VBT", 4 },
	{ "BIOS_DATA_BLOCK ", 16 }, { "vfio-pci-igd lpc-id=", 20 },
	{ "\xde\xa9\x42\x90\xdc\x23\x38\x4a\x96\xfb\x7a\xde\xd0\x80\x51\x6a", 16 },
	{ "\x1b\x93\x2e\xec\x81\x32\xa5\x48\x81\x07\xdf\x8a\x8b\xed\x3c\x5d", 16 },
	{ "\xb9\x02\x80\x0f\x00\xe8", 6 }, { "\x80\x46\x82\x46\x90\x46\x92\x46", 8 },
	{ "G\0O\0P\0 \0D\0r\0i\0v\0e\0r\0", 20 }, { "QEMU", 4 },
	{ "etc/igd-opregion", 17 }, { "IntelGraphicsMem", 16 },
	{ "\x01\x02", 2 }, { ":", 1 }, { "8086:4680", 9 }, { "ffffffff", 8 }, { "\xff\xff\xff\xff", 4 }, { "\0\0\0\x80", 4 },
};

/* Where formats have their offsets and sizes */
static const uint16_t places[] = {
	0x00, 0x02, 0x04, 0x0a, 0x0c, 0x10, 0x14, 0x16, 0x18, 0x1a, 0x1c, 0x30,
	0x3c, 0x58, 0x3ba, 0x3c2, 0x400, 0x418, 0x41c,
};

static size_t change(uint8_t *data, size_t size)
{
	unsigned int count = 1 + below(6), w;
	const struct input *other;
	size_t at, len, from;

	while (count--) {
		at = below(2) ? below(size) : below(size < 128 ? size : 128);
		switch (below(9)) {
		case 0:
			if (size)
				data[at] ^= 1 << below(8);
			break;
		case 1:
			if (size)
				data[at] = next();
			break;
		case 2:
			/* A size or an offset, near a border */
			at = below(2) ? places[below(sizeof(places) / 2)] : at;
			if (at + 4 <= size) {
				uint32_t value = below(4) ? below(size + 16) : next();

				memcpy(data + at, &value, below(2) ? 2 : 4);
			}
			break;
		case 3:
			w = below(sizeof(words) / sizeof(words[0]));
			if (at + words[w].len <= size)
				memcpy(data + at, words[w].bytes, words[w].len);
			break;
		case 4:
			size = below(3) ? size - below(size < 64 ? size : 64) :
					  below(size + 1);
			break;
		case 5:
			len = below(below(2) ? 32 : 1024);
			if (size + len <= INPUT_MAX) {
				memmove(data + at + len, data + at, size - at);
				memset(data + at, below(2) ? 0 : 0xff, len);
				size += len;
			}
			break;
		case 6:
			len = below(size - at < 512 ? size - at : 512);
			memmove(data + at, data + at + len, size - at - len);
			size -= len;
			break;
		case 7:
			other = &inputs[below(num_inputs)];
			from = below(other->size);
			len = below(other->size - from + 1);
			if (at + len <= INPUT_MAX) {
				memcpy(data + at, other->data + from, len);
				if (at + len > size)
					size = at + len;
			}
			break;
		default:
			/* Sums are checked: what a change does to one is undone */
			if (size > 0x20) {
				uint8_t sum = 0;

				for (at = 0; at < size; at++)
					sum += data[at];
				data[below(2) ? 0x1a : size - 1] -= sum;
			}
		}
	}
	return size;
}

/* Whether it came where none was before */
static int run(const struct target *target, const uint8_t *data, size_t size)
{
	unsigned int i;
	int is_new = 0;

	memset(edges, 0, sizeof(edges));
	before = 0;
	alarm(HANG);
	target_runs = 1;
	if (!setjmp(target_exit))
		target->run(data, size);
	target_runs = 0;
	alarm(0);
	for (i = 0; i < EDGES; i++) {
		/* How often counts by powers of 2 */
		uint8_t bit = edges[i] ? 1 << (31 - __builtin_clz(edges[i])) : 0;

		if (bit & ~known[i]) {
			known[i] |= bit;
			is_new = 1;
		}
	}
	return is_new;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

struct last {
	size_t size;
	unsigned long runs;
	unsigned int inputs;
	unsigned int begun;
	uint8_t data[INPUT_MAX];
};

static void fuzz(const struct target *target, double seconds, const char *keep,
		 struct last *last)
{
	double end = now() + seconds;
	unsigned int i;

	if (!num_inputs)
		keep_input((const uint8_t *)"", 0);
	last->begun = num_inputs;
	for (i = 0; i < last->begun; i++) {
		last->size = inputs[i].size;
		memcpy(last->data, inputs[i].data, last->size);
		run(target, last->data, last->size);
		last->runs++;
	}
	while (now() < end) {
		/* The newest are the least tried */
		unsigned int newest = num_inputs < 16 ? num_inputs : 16;
		const struct input *from = &inputs[below(2) ? below(num_inputs) :
						   num_inputs - 1 - below(newest)];

		memcpy(last->data, from->data, from->size);
		last->size = change(last->data, from->size);
		last->runs++;
		if (!run(target, last->data, last->size))
			continue;
		keep_input(last->data, last->size);
		last->inputs = num_inputs;
		if (keep && last->size <= KEPT_BYTES && num_kept < KEPT_MAX)
			write_input(keep, target->name, last->data, last->size);
	}
	last->inputs = num_inputs;
}

static int try_target(const struct target *target, double seconds,
		      const char *folder, const char *keep, char **files,
		      const char *beside, unsigned int number)
{
	struct last *last = mmap(NULL, sizeof(*last), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char path[512];
	int status, fd;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		/* What they print is nobody's business, what a sanitizer says is */
		report = dup(STDERR_FILENO);
		__sanitizer_set_report_fd((void *)(long)report);
		if (!freopen("/dev/null", "w", stdout) ||
		    !freopen("/dev/null", "w", stderr))
			_exit(2);
		if (folder)
			read_folder(folder, target->name);
		for (; target->rom && *files; files++)
			read_input(*files);
		fuzz(target, seconds, keep, last);
		_exit(0);
	}
	waitpid(child, &status, 0);
	printf("# %s: %lu runs from %u inputs, %u led somewhere new\n",
	       target->name, last->runs, last->begun,
	       last->inputs > last->begun ? last->inputs - last->begun : 0);
	if (status) {
		snprintf(path, sizeof(path), "%s/last-%s", beside, target->name);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (fd < 0 || write(fd, last->data, last->size) != (ssize_t)last->size)
			fprintf(stderr, "fuzz: %s: %m\n", path);
		printf("# ended with status %#x; its input is %s\n", status, path);
	}
	printf("%sok %u %s\n", status ? "not " : "", number, target->name);
	fflush(stdout);
	munmap(last, sizeof(*last));
	return !!status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "target", required_argument, NULL, 't' },
		{ "corpus", required_argument, NULL, 'c' },
		{ "keep", required_argument, NULL, 'k' },
		{}
	};
	static const struct target * const all[] = {
		igdctl_targets, firmware_targets, driver_targets,
	};
	const char *corpus = NULL, *keep = NULL, *only = NULL, *beside;
	const struct target *target;
	unsigned int i, number = 0;
	uint64_t seed = time(NULL);
	double seconds = 5;
	int option, failed = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (option) {
		case 'n':
			seconds = strtod(optarg, NULL);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			only = optarg;
			break;
		case 'c':
			corpus = optarg;
			break;
		case 'k':
			keep = optarg;
			corpus = optarg;
			break;
		default:
			return 2;
		}
	}
	beside = dirname(strdup(argv[0]));
	printf("# --seconds %g for each --seed %llu\n", seconds,
	       (unsigned long long)seed);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (target = all[i]; target->name; target++) {
			if (only && strcmp(target->name, only))
				continue;
			state = seed;
			failed += try_target(target, seconds, corpus, keep,
					     argv + optind, beside, ++number);
		}
	printf("1..%u\n", number);
	if (!number) {
		fprintf(stderr, "fuzz: there is no target %s\n", only);
		return 2;
	}
	return failed ? 1 : 0;
}
