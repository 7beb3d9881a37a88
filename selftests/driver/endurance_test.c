// SPDX-License-Identifier: GPL-2.0-only
/*
 * Again and again: the device is opened and closed, bound and unbound, given to guests
 * that are killed at any moment. At the end the kernel's memory, files, resources and
 * log are what they were.
 *
 * IGD_OPENS, IGD_BINDS and IGD_GUESTS say how often, IGD_SEED when guests are killed.
 * What is lost each time shows from some size on, which is printed; selftests/debug has
 * a kernel that finds the smallest bit.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define REFERENCES		"/sys/module/vfio_pci_igd/refcnt"
#define GUEST_LOG		"/tmp/endurance-guest"

/* Of what is counted; and of how many cycles at most the log is read at once */
#define SAMPLES			64
#define QUARTERS		4
#define LOG_CYCLES		32

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

/*
 * Looked at once in a while. A leak grows on and on; a cache may grow late, but not in
 * two quarters one after the other.
 */
enum counter {
	MEMORY,
	SLAB,
	VMALLOC,
	PERCPU,
	PAGE_TABLES,
	FILES,
	COUNTERS,
};

static const struct {
	const char *name;
	double grain;		/* less than that is nothing */
} counters[COUNTERS] = {
	[MEMORY] = { "memory", 16 * PAGE },
	[SLAB] = { "slab", 16 * PAGE },
	[VMALLOC] = { "vmalloc", 16 * PAGE },
	[PERCPU] = { "percpu", 16 * PAGE },
	[PAGE_TABLES] = { "page tables", 16 * PAGE },
	[FILES] = { "files", 8 },
};

struct course {
	double sample[COUNTERS][SAMPLES];
	unsigned int lines[SAMPLES];	/* in the log */
	unsigned int samples;
	unsigned int cycles;		/* from one to the next */
};

FIXTURE(endurance)
{
	const struct machine *machine;
	struct course course;
	unsigned int wait_ms;		/* a guest lives so long at most */
	unsigned int before, with;	/* guests killed before they had the device */
	char *iomem, *references;
	unsigned int files;		/* of this process */
};

FIXTURE_VARIANT(endurance)
{
	const char *name;
	const char *count;		/* the variable that says how often */
	unsigned int usually;		/* without it */
	unsigned int percent;		/* of it that are this variant's */
	void (*cycle)(FIXTURE_DATA(endurance) *self, unsigned int number);
	bool unbound;
	bool no_resets;			/* they take a tenth of a second each */
	bool no_quiet;
};

/* In KiB, from /proc/meminfo */
static double meminfo(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	if (!at)
		die("/proc/meminfo has no %s", name);
	return strtod(at + strlen(name), NULL);
}

/* Caches give back what they do not need, KASAN what it keeps to find late users of */
static void shrink(const char *slab)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/shrink", slab);
	host_write(path, "1");
}

static void take_sample(struct course *course)
{
	double (*sample)[SAMPLES] = course->sample;
	unsigned int i = course->samples++;
	char *text;

	host_write("/proc/sys/vm/drop_caches", "3");
	host_each_slab(shrink);
	text = host_read("/proc/meminfo");
	sample[MEMORY][i] = meminfo(text, "MemTotal:") -
			    meminfo(text, "MemFree:") -
			    meminfo(text, "Buffers:") -
			    meminfo(text, "\nCached:") -
			    meminfo(text, "SReclaimable:");
	sample[SLAB][i] = meminfo(text, "SUnreclaim:");
	sample[VMALLOC][i] = meminfo(text, "VmallocUsed:");
	sample[PERCPU][i] = meminfo(text, "Percpu:");
	sample[PAGE_TABLES][i] = meminfo(text, "PageTables:");
	free(text);
	for (enum counter counter = 0; counter < FILES; counter++)
		sample[counter][i] *= KIB;

	text = host_read("/proc/sys/fs/file-nr");
	sample[FILES][i] = strtod(text, NULL);
	free(text);
}

/* By how much a quarter grows, and how far samples lie from that line */
static double growth(const double *sample, unsigned int count, double *noise)
{
	double x = (count - 1) / 2.0, y = 0, xx = 0, xy = 0, rest = 0, slope;
	unsigned int i;

	for (i = 0; i < count; i++)
		y += sample[i] / count;
	for (i = 0; i < count; i++) {
		xx += (i - x) * (i - x);
		xy += (i - x) * (sample[i] - y);
	}
	slope = xy / xx;
	for (i = 0; i < count; i++) {
		double off = sample[i] - y - slope * (i - x);

		rest += off * off;
	}
	*noise = sqrt(rest / (count - 2));
	return slope * count;
}

static void judge_counter(struct __test_metadata *_metadata,
			  const struct course *course, enum counter counter)
{
	const unsigned int count = course->samples / QUARTERS;
	const double cycles = (double)count * course->cycles;
	double grown[QUARTERS], least[QUARTERS];
	unsigned int i;

	for (i = QUARTERS / 2; i < QUARTERS; i++) {
		double noise;

		grown[i] = growth(course->sample[counter] + i * count, count,
				  &noise);
		least[i] = fmax(counters[counter].grain, 3 * noise);
	}
	ksft_print_msg("  %s: %+.1f and %+.1f a time in the third and the fourth quarter, seen from %.1f on\n",
		       counters[counter].name, grown[2] / cycles,
		       grown[3] / cycles, fmax(least[2], least[3]) / cycles);
	EXPECT_FALSE(grown[2] > least[2] && grown[3] > least[3])
		TH_LOG("%s grows and grows", counters[counter].name);
}

/* What it says each time it may say, but no more than that */
static void judge_log(struct __test_metadata *_metadata,
		      const struct course *course)
{
	const unsigned int count = course->samples / QUARTERS;
	unsigned int first = 0, last = 0, i;

	for (i = 0; i < count; i++) {
		first += course->lines[i];
		last += course->lines[course->samples - 1 - i];
	}
	ksft_print_msg("  log: %.1f lines a time in the first quarter, %.1f in the last\n",
		       (double)first / count / course->cycles,
		       (double)last / count / course->cycles);
	EXPECT_GE(first, last);
}

static unsigned int own_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void open_and_close(FIXTURE_DATA(endurance) *self, unsigned int number)
{
	enum vfio_api api = number % 2 && !vfio_api_missing(VFIO_CDEV_API) ?
			    VFIO_CDEV_API : VFIO_GROUP_API;
	struct region opregion, bar0;
	struct vfio vfio;
	u8 bytes[PAGE];
	void *map;
	int ret;

	ret = vfio_open(&vfio, api);
	if (ret)
		die("open number %u: %s", number, strerror(-ret));
	vfio_enable(&vfio);
	machine_program(self->machine, &vfio, GUEST_BDSM);
	if (!vfio_find_region(&vfio, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
			      &opregion))
		die("open number %u: no OpRegion", number);
	vfio_read(&vfio, opregion.index, 0, bytes, sizeof(bytes));
	if (vfio_region(&vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("open number %u: no BAR0", number);
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vfio.device, bar0.offset);
	if (map == MAP_FAILED)
		die("open number %u: mmap: %m", number);
	*(volatile u8 *)map;
	munmap(map, PAGE);
	vfio_close(&vfio);
}

static void bind_and_unbind(FIXTURE_DATA(endurance) *self, unsigned int number)
{
	int ret = host_bind(IGD_BDF, IGD_DRIVER);

	if (ret)
		die("bind number %u: %s", number, strerror(-ret));
	host_unbind(IGD_BDF);
}

/* Any QEMU does; what its firmware does with the device, it does until it is killed */
static pid_t start_guest(void)
{
	pid_t pid = fork();
	int log;

	if (pid < 0)
		die("fork: %m");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	log = open(GUEST_LOG, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	execlp("qemu-system-x86_64", "qemu-system-x86_64", "-nodefaults",
	       "-no-user-config", "-display", "none", "-vga", "none",
	       "-machine", "q35,accel=kvm:tcg", "-cpu", "max", "-m", "256M",
	       "-device", "vfio-pci,host=" IGD_BDF ",addr=02.0", NULL);
	die("qemu-system-x86_64: %m");
}

static bool has_device(pid_t pid)
{
	char path[64], link[64], *name;
	struct dirent *entry;
	bool found = false;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		name = entry->d_name;
		len = readlinkat(dirfd(dir), name, link, sizeof(link) - 1);
		link[len < 0 ? 0 : len] = 0;
		found = strstr(link, "vfio-device");
	}
	if (dir)
		closedir(dir);
	return found;
}

static void wait_ms(unsigned int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void kill_guest(pid_t pid, unsigned int number)
{
	int status;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid: %m");
	if (!WIFSIGNALED(status))
		die("guest number %u ended by itself: %s", number,
		    host_read(GUEST_LOG));
}

/* As long as it takes to get the device, and twice that to work with it */
static unsigned int guest_ms(void)
{
	pid_t pid = start_guest();
	unsigned int ms;

	for (ms = 0; !has_device(pid); ms += 10) {
		if (waitpid(pid, NULL, WNOHANG) || ms > 120000)
			die("no guest gets the device: %s", host_read(GUEST_LOG));
		wait_ms(10);
	}
	kill_guest(pid, 0);
	ksft_print_msg("  a guest takes %u ms until it has the device\n", ms);
	return 3 * ms;
}

static void start_and_kill(FIXTURE_DATA(endurance) *self, unsigned int number)
{
	pid_t pid;

	if (!self->wait_ms)
		self->wait_ms = guest_ms();
	pid = start_guest();
	wait_ms(random() % self->wait_ms);
	if (has_device(pid))
		self->with++;
	else
		self->before++;
	kill_guest(pid, number);
}

#define ENDURANCE(what, ...) \
	FIXTURE_VARIANT_ADD(endurance, what) { .name = #what, __VA_ARGS__ }

ENDURANCE(opens, .cycle = open_and_close, .count = "IGD_OPENS", .usually = 100,
	  .percent = 10);
ENDURANCE(opens_without_resets, .cycle = open_and_close, .count = "IGD_OPENS",
	  .usually = 100, .percent = 50, .no_resets = true);
ENDURANCE(opens_without_quiesce, .cycle = open_and_close, .count = "IGD_OPENS",
	  .usually = 100, .percent = 40, .no_resets = true, .no_quiet = true);
ENDURANCE(binds, .cycle = bind_and_unbind, .count = "IGD_BINDS", .usually = 30,
	  .percent = 100, .unbound = true);
ENDURANCE(guests, .cycle = start_and_kill, .count = "IGD_GUESTS", .usually = 3,
	  .percent = 100);

FIXTURE_SETUP(endurance)
{
	const char *seed = getenv("IGD_SEED");

	self->machine = machine_here();
	host_set_resets(variant->no_resets ? "" : "default");
	host_set_param("quiesce", variant->no_quiet ? "0" : "1");
	srandom(seed ? atoi(seed) : 1);
	/* Not where it is built in, or where there is none */
	if (variant->cycle == start_and_kill)
		(void)!system("modprobe -q kvm_amd || modprobe -q kvm_intel");

	/*
	 * It is loaded at each open. One that is missing is looked for every ten
	 * minutes, which the kernel logs each time: log_test has that.
	 */
	host_rom_keep();
	host_rom_write_good();
	host_need_bound();
	if (variant->unbound)
		host_unbind(IGD_BDF);
	/* What is made the first time stays */
	klog_mark();
	variant->cycle(self, 0);
	self->iomem = host_read("/proc/iomem");
	self->references = host_read(REFERENCES);
	self->files = own_files();
}

FIXTURE_TEARDOWN_PARENT(endurance)
{
	host_rom_restore();
	host_set_resets("default");
	host_set_param("quiesce", "1");
	host_need_bound();
}

TEST_F_TIMEOUT(endurance, nothing_is_left, 28800)
{
	const char *wanted = getenv(variant->count);
	unsigned int count = (wanted ? atoi(wanted) : variant->usually) *
			     variant->percent / 100;
	struct course *course = &self->course;
	unsigned int number = 0, samples, i;
	time_t start = time(NULL);
	struct vfio vfio;

	/* No fewer than what is wanted */
	course->cycles = DIV_ROUND_UP(count, SAMPLES);
	samples = count ? DIV_ROUND_UP(count, course->cycles) : 0;
	while (course->samples < samples) {
		for (i = 0; i < course->cycles; i++) {
			if (i % LOG_CYCLES == 0) {
				if (i)
					course->lines[course->samples] +=
						klog_count(IGD_BDF);
				klog_mark();
			}
			variant->cycle(self, ++number);
		}
		course->lines[course->samples] += klog_count(IGD_BDF);
		take_sample(course);
	}
	ksft_print_msg("%s: %u times in %ld s\n", variant->name, number,
		       time(NULL) - start);
	EXPECT_LT(0, number);

	EXPECT_STREQ(self->iomem, host_read("/proc/iomem"));
	EXPECT_STREQ(self->references, host_read(REFERENCES));
	EXPECT_EQ(self->files, own_files());
	if (samples >= 4 * QUARTERS) {
		for (enum counter counter = 0; counter < COUNTERS; counter++)
			judge_counter(_metadata, course, counter);
		judge_log(_metadata, course);
	} else {
		ksft_print_msg("  too few times to tell what grows\n");
	}
	if (self->wait_ms) {
		ksft_print_msg("  %u of them were killed before they had the device\n",
			       self->before);
		if (count >= 16) {
			EXPECT_LT(0, self->before);
			EXPECT_LT(0, self->with);
		}
	}
	fflush(stdout);

	/* And it still works */
	host_need_bound();
	ASSERT_EQ(0, vfio_open(&vfio, VFIO_GROUP_API));
	vfio_close(&vfio);
}

TEST_HARNESS_MAIN
