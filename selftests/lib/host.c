// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "igdtest.h"

#define DEVICES			"/sys/bus/pci/devices/"
#define DRIVERS			"/sys/bus/pci/drivers/"
#define PARAMS			"/sys/module/vfio_pci_igd/parameters/"
#define SLABS			"/sys/kernel/slab"

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* A file of the kernel's, which has to take it */
void host_write(const char *path, const char *text)
{
	int ret = write_file(path, text);

	if (ret)
		die("cannot write '%s' to %s: %s", text, path, strerror(-ret));
}

/* Closed in programs that are started */
int host_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die("%s: %m", path);
	return fd;
}

/* All that such a file has to say, to be freed */
char *host_read(const char *path)
{
	size_t room = 4096, used = 0;
	char *text = NULL;
	ssize_t len;
	int fd = host_open(path, O_RDONLY);

	do {
		room *= 2;
		text = realloc(text, room);
		if (!text)
			die("no memory for %s", path);
		while ((len = read(fd, text + used, room - used - 1)) > 0)
			used += len;
	} while (used == room - 1);
	if (len < 0)
		die("%s: %m", path);
	text[used] = 0;
	close(fd);
	return text;
}

/**
 * host_each_slab - go through the kernel's kinds of memory
 * @call: gets the folder of each in sysfs
 */
void host_each_slab(void (*call)(const char *path))
{
	struct dirent *entry;
	char path[300];
	DIR *dir;

	dir = opendir(SLABS);
	if (!dir)
		die(SLABS ": %m");
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || *entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), SLABS "/%s", entry->d_name);
		call(path);
	}
	closedir(dir);
}

/**
 * host_bind - take a device from whoever has it and give it to a driver
 * @bdf: the device
 * @driver: the driver
 *
 * Return: 0, or what the driver's probe gave: a negative errno.
 */
int host_bind(const char *bdf, const char *driver)
{
	char path[256];
	int ret;

	host_unbind(bdf);
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", bdf);
	host_write(path, driver);
	snprintf(path, sizeof(path), DRIVERS "%s/bind", driver);
	ret = write_file(path, bdf);
	if (!ret != host_is_bound(bdf, driver))
		die("binding %s to %s gave %d, but it is %sbound", bdf, driver,
		    ret, ret ? "" : "not ");
	return ret;
}

/* Also makes it forget which driver it was meant for */
void host_unbind(const char *bdf)
{
	char path[256];
	int ret;

	snprintf(path, sizeof(path), DEVICES "%s/driver/unbind", bdf);
	ret = write_file(path, bdf);
	if (ret && ret != -ENOENT)
		die("cannot unbind %s: %s", bdf, strerror(-ret));
	snprintf(path, sizeof(path), DEVICES "%s/driver_override", bdf);
	host_write(path, "\n");
}

bool host_is_bound(const char *bdf, const char *driver)
{
	char path[256], link[256];
	ssize_t len;

	snprintf(path, sizeof(path), DEVICES "%s/driver", bdf);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return false;
	link[len] = 0;
	return !strcmp(strrchr(link, '/') + 1, driver);
}

/* For tests to which it makes no difference who bound the device before */
void host_need_bound(void)
{
	int ret;

	if (host_is_bound(IGD_BDF, IGD_DRIVER))
		return;
	ret = host_bind(IGD_BDF, IGD_DRIVER);
	if (ret)
		die("%s does not bind to %s: %s", IGD_BDF, IGD_DRIVER,
		    strerror(-ret));
}

/* The kernel forgets the device, until host_find() */
void host_forget(const char *bdf)
{
	char path[256];

	snprintf(path, sizeof(path), DEVICES "%s/remove", bdf);
	host_write(path, "1");
}

/* It finds it again, with what it is now */
void host_find(const char *bdf)
{
	char path[256];

	host_write("/sys/bus/pci/rescan", "1");
	snprintf(path, sizeof(path), DEVICES "%s", bdf);
	if (access(path, F_OK))
		die("%s is not there any more after a rescan", bdf);
}

void host_rescan(const char *bdf)
{
	host_forget(bdf);
	host_find(bdf);
}

/**
 * host_make_vf - have a device with SR-IOV make one virtual function
 * @vf: result
 *
 * Any such device does, with vfio-pci as its driver.
 *
 * Return: is there such a device?
 */
bool host_make_vf(struct host_vf *vf)
{
	char path[256], link[256];
	glob_t found;
	ssize_t len;

	if (glob(DEVICES "*/sriov_numvfs", 0, NULL, &found))
		return false;
	snprintf(vf->pf, sizeof(vf->pf), "%.12s",
		 found.gl_pathv[0] + strlen(DEVICES));
	globfree(&found);

	if (system("modprobe vfio-pci"))
		die("modprobe vfio-pci failed");
	host_write("/sys/module/vfio_pci/parameters/enable_sriov", "1");
	if (host_bind(vf->pf, "vfio-pci"))
		die("%s does not bind to vfio-pci", vf->pf);
	snprintf(path, sizeof(path), DEVICES "%s/sriov_numvfs", vf->pf);
	host_write(path, "1");

	snprintf(path, sizeof(path), DEVICES "%s/virtfn0", vf->pf);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		die("%s: %m", path);
	link[len] = 0;
	snprintf(vf->bdf, sizeof(vf->bdf), "%.12s", strrchr(link, '/') + 1);
	return true;
}

void host_drop_vf(const struct host_vf *vf)
{
	char path[256];

	snprintf(path, sizeof(path), DEVICES "%s/sriov_numvfs", vf->pf);
	host_write(path, "0");
	host_unbind(vf->pf);
}

/* Parameter of the driver's module */
void host_set_param(const char *name, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), PARAMS "%s", name);
	host_write(path, value);
}

/* The same, one that is a number */
void host_set_param_number(const char *name, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	host_set_param(name, text);
}

/* How the kernel may reset the device: "default", or "" for not at all */
void host_set_resets(const char *methods)
{
	char text[64];

	/* A test that leaves itself out later would leave them as it has set them */
	sim_need();
	snprintf(text, sizeof(text), "%s\n", methods);
	host_write(DEVICES IGD_BDF "/reset_method", text);
}

/* One of the device's attributes in sysfs, without the end of its line */
void host_attribute(const char *name, char *buf, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), DEVICES IGD_BDF "/%s", name);
	file = fopen(path, "re");
	if (!file || !fgets(buf, len, file))
		die("%s: %m", path);
	buf[strcspn(buf, "\n")] = 0;
	fclose(file);
}

/* The same, one that is a number */
u64 host_number(const char *name)
{
	char text[32];

	host_attribute(name, text, sizeof(text));
	return strtoull(text, NULL, 0);
}

/* Idle, it would sleep, and lose what its registers hold when it wakes up */
void host_keep_awake(bool awake)
{
	host_write(DEVICES IGD_BDF "/power/control", awake ? "on" : "auto");
}

bool host_power_becomes(const char *expected, unsigned int ms)
{
	char status[32];

	while (true) {
		host_attribute("power/runtime_status", status, sizeof(status));
		if (!strcmp(status, expected))
			return true;
		if (ms < 50)
			return false;
		usleep(50000);
		ms -= 50;
	}
}

/* A command of the shell, which has to succeed */
void host_run(const char *command)
{
	if (system(command))
		die("'%s' failed", command);
}

/* The module that a variable names; selftests/driver/check sets them */
void host_insmod(const char *variable, const char *options)
{
	const char *module = getenv(variable);
	char command[512];

	if (!module)
		die("%s is not set: to a module, see selftests/driver/check, which does it",
		    variable);
	snprintf(command, sizeof(command), "insmod %s %s", module, options);
	host_run(command);
}

/**
 * host_bars - BARs and bridge windows of all PCI devices that decode memory
 * @list: result; a name is that of the device
 * @room: entries in @list; to have more is an error
 *
 * Whether somebody has requested them does not matter, other than in
 * /proc/iomem.
 *
 * Return: entries used.
 */
size_t host_bars(struct resource *list, size_t room)
{
	const u64 is_memory = 0x200;	/* IORESOURCE_MEM */
	size_t count = 0, i;
	char line[128];
	u64 flags;
	glob_t found;
	FILE *file;

	if (glob("/sys/bus/pci/devices/*/resource", 0, NULL, &found))
		die("no PCI devices in /sys/bus/pci/devices");
	for (i = 0; i < found.gl_pathc; i++) {
		file = fopen(found.gl_pathv[i], "re");
		if (!file)
			die("%s: %m", found.gl_pathv[i]);
		while (fgets(line, sizeof(line), file)) {
			struct resource *bar = &list[count];

			if (count == room)
				die("there are more than %zu BARs", room);
			if (sscanf(line, "%llx %llx %llx", &bar->start,
				   &bar->last, &flags) != 3)
				die("%s: '%s' is not understood",
				    found.gl_pathv[i], line);
			if (!(flags & is_memory) || !bar->start)
				continue;
			snprintf(bar->name, sizeof(bar->name), "%.12s",
				 found.gl_pathv[i] +
				 strlen("/sys/bus/pci/devices/"));
			count++;
		}
		fclose(file);
	}
	globfree(&found);
	return count;
}

/**
 * host_has - does a range overlap one of a list?
 * @list: ranges
 * @count: how many
 * @start: first byte
 * @last: last byte
 */
bool host_has(const struct resource *list, size_t count, u64 start, u64 last)
{
	while (count--)
		if (start <= list[count].last && last >= list[count].start)
			return true;
	return false;
}

/**
 * host_iomem - /proc/iomem
 * @list: result, in its order
 * @room: entries in @list; to have more is an error
 *
 * Return: entries used.
 */
size_t host_iomem(struct resource *list, size_t room)
{
	char line[256];
	size_t count = 0;
	FILE *file;

	file = fopen("/proc/iomem", "re");
	if (!file)
		die("/proc/iomem: %m");
	while (fgets(line, sizeof(line), file)) {
		struct resource *resource = &list[count++];

		if (count > room)
			die("/proc/iomem has more than %zu lines", room);
		if (sscanf(line, " %llx-%llx : %63[^\n]", &resource->start,
			   &resource->last, resource->name) != 3)
			die("/proc/iomem: '%s' is not understood", line);
	}
	fclose(file);
	return count;
}

bool host_has_resource(u64 start, u64 last, const char *name)
{
	struct resource list[256];
	size_t count = host_iomem(list, ARRAY_SIZE(list));

	while (count--)
		if (list[count].start == start && list[count].last == last &&
		    !strcmp(list[count].name, name))
			return true;
	return false;
}

/* An address in System RAM between @from and @to, on a border of 64 MiB */
u64 host_ram(u64 from, u64 to, u64 size)
{
	const u64 border = 64ULL << 20;
	struct resource list[256];
	size_t count = host_iomem(list, ARRAY_SIZE(list));

	while (count--) {
		u64 at = list[count].start > from ? list[count].start : from;

		at = (at + border - 1) / border * border;
		if (!strcmp(list[count].name, "System RAM") && at &&
		    at < to && at + size - 1 <= list[count].last)
			return at;
	}
	die("no System RAM of %llu bytes between %#llx and %#llx in /proc/iomem",
	    size, from, to);
}

/* Where a BAR of so many bytes is whose addresses have 32 bits */
u64 host_low_bar(u64 size)
{
	struct resource list[128];
	size_t count = host_bars(list, ARRAY_SIZE(list));

	while (count--)
		if (!(list[count].last >> 32) &&
		    list[count].last - list[count].start >= size - 1)
			return list[count].start;
	die("no BAR of %llu bytes below 4 GiB", size);
}

/* The first 256 bytes of any device's configuration space, from the hardware */
void host_config(const char *bdf, u8 config[256])
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), DEVICES "%s/config", bdf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, config, 256) != 256)
		die("%s: %m", path);
	close(fd);
}

static int mem_map(u64 address, size_t len, int prot, void **map,
		   size_t *map_len)
{
	u64 page = address & ~(u64)(PAGE - 1);
	int fd, ret = 0;

	*map_len = address - page + len;
	fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("/dev/mem: %m");
	*map = mmap(NULL, *map_len, prot, MAP_SHARED, fd, page);
	if (*map == MAP_FAILED)
		ret = -errno;
	close(fd);
	return ret;
}

/* No mapping is kept: the kernel wants these pages with a type of its own */
int host_mem_read(u64 address, void *buf, size_t len)
{
	size_t map_len;
	void *map;
	int ret;

	ret = mem_map(address, len, PROT_READ, &map, &map_len);
	if (ret)
		return ret;
	memcpy(buf, map + map_len - len, len);
	munmap(map, map_len);
	return 0;
}

int host_mem_write(u64 address, const void *buf, size_t len)
{
	size_t map_len;
	void *map;
	int ret;

	ret = mem_map(address, len, PROT_READ | PROT_WRITE, &map, &map_len);
	if (ret)
		return ret;
	memcpy(map + map_len - len, buf, len);
	munmap(map, map_len);
	return 0;
}

static int klog = -1;
static char klog_text[65536];

/* The functions below mean what is logged from here on */
void klog_mark(void)
{
	if (klog < 0)
		klog = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (klog < 0 || lseek(klog, 0, SEEK_END) < 0)
		die("/dev/kmsg: %m");
	klog_text[0] = 0;
}

/* A line each, without stamps */
const char *klog_since(void)
{
	size_t used = strlen(klog_text);
	char record[8192];
	ssize_t len;

	while ((len = read(klog, record, sizeof(record) - 1)) > 0) {
		const char *words;

		/* "level,number,time,-;words", and more lines that say of whom */
		record[len] = 0;
		words = strchr(record, ';');
		if (!words)
			continue;
		words++;
		used += snprintf(klog_text + used, sizeof(klog_text) - used,
				 "%.*s\n", (int)strcspn(words, "\n"), words);
		if (used >= sizeof(klog_text))
			die("more than %zu bytes were logged",
			    sizeof(klog_text));
	}
	if (len < 0 && errno == EPIPE)
		die("more was logged than the kernel's buffer has room for");
	return klog_text;
}

/*
 * i915 gives itself 100 us for what it does between two vblanks, interrupts off. If that
 * took ten times as long, whoever emulates the CPU was kept from it; the device cannot do
 * that. What comes too late in less time is the device's fault.
 */
#define UPDATE_US	1000

bool klog_cpu_stood_still(const char *line)
{
	const char *end = line + strcspn(line, "\n");
	const char *update = strstr(line, "Atomic update failure");
	const char *time = strstr(line, " time ");
	unsigned int us;

	return update && update < end && time && time < end &&
	       sscanf(time, " time %u us", &us) == 1 && us >= UPDATE_US;
}

/* How many errors drm has logged that are not the machine's CPU standing still */
unsigned int klog_drm_errors(void)
{
	const char *line = klog_since();
	unsigned int count = 0;

	while (*line) {
		const char *end = line + strcspn(line, "\n");
		const char *error = strstr(line, "*ERROR*");

		if (error && error < end && !klog_cpu_stood_still(line))
			count++;
		line = *end ? end + 1 : end;
	}
	return count;
}

/* How many lines have these words in them */
static unsigned int count_lines(const char *at, const char *words)
{
	unsigned int count = 0;

	while ((at = strstr(at, words))) {
		count++;
		at += strcspn(at, "\n");
	}
	return count;
}

unsigned int klog_count(const char *words)
{
	return count_lines(klog_since(), words);
}

#define TRACE			"/sys/kernel/tracing/"
#define TRACE_EVENTS		TRACE "events/vfio_pci_igd/enable"

static char *trace_text;

/* False where the kernel has no tracepoints */
bool trace_begin(void)
{
	if (access(TRACE "trace", F_OK) &&
	    mount("tracefs", TRACE, "tracefs", 0, NULL))
		return false;
	/* To be opened like that is what empties it */
	close(host_open(TRACE "trace", O_WRONLY | O_TRUNC));
	host_write(TRACE_EVENTS, "1");
	return true;
}

void trace_end(void)
{
	host_write(TRACE_EVENTS, "0");
}

/* A line each, behind who and when */
const char *trace_since(void)
{
	free(trace_text);
	trace_text = host_read(TRACE "trace");
	return trace_text;
}

unsigned int trace_count(const char *format, ...)
{
	unsigned int count;
	va_list args;
	char *words;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		die("vasprintf: %m");
	va_end(args);
	count = count_lines(trace_since(), words);
	free(words);
	return count;
}
