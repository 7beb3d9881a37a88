// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two at once: what one does to the device while another opens, reads, resets or
 * puts it to sleep. BAR4's ports that come and go are in ioport_test, a device
 * that is taken away while it is used in live_test.
 *
 * Whatever is read has to be what it is at one moment or another. Where more goes
 * wrong, a kernel that looks for it says so (selftests/debug).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define RACE_SECONDS		2
#define LIVES			20
#define BINDS			6

/* Scratch registers of the display, which do nothing */
#define SCRATCH			0x4f100
#define SCRATCH_VALUE		0x11223344

#define IGD_FOLDER		"/sys/bus/pci/devices/" IGD_BDF "/igd/"

/* Somebody who does the same again and again, until told to stop */
struct other {
	void (*once)(struct other *other);
	FIXTURE_DATA(igd) *self;
	unsigned int sizes[3];
	u8 *map;
	unsigned int pm;	/* the capability, an offset */
	bool gone_is_fine;	/* the device may be nobody's for a moment */
	atomic_bool stop;
	unsigned long count;
	char wrong[200];	/* the first that was not as it has to be */
	pthread_t thread;
};

static void *repeat(void *arg)
{
	struct other *other = arg;

	while (!atomic_load(&other->stop) && !*other->wrong) {
		other->once(other);
		other->count++;
	}
	return NULL;
}

static void start(struct other *other)
{
	if (pthread_create(&other->thread, NULL, repeat, other))
		die("no thread: %m");
}

static void end(struct other *other)
{
	atomic_store(&other->stop, true);
	pthread_join(other->thread, NULL);
}

static void wrong(struct other *other, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void wrong(struct other *other, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!*other->wrong)
		vsnprintf(other->wrong, sizeof(other->wrong), format, args);
	va_end(args);
}

/* It has been a race, and nobody saw anything that there is not */
#define EXPECT_RIGHT(other) do {					\
	EXPECT_NE(0, (other)->count);					\
	EXPECT_STREQ("", (other)->wrong);				\
} while (0)


/*
 * Readers of igd/, while the device opens and closes
 *
 * One life without anybody else shows what each file can say.
 */
#define SAYINGS			12

static struct attribute {
	const char *name;
	char said[SAYINGS][96];
	unsigned int count;
} attributes[] = {
	{ "platform" }, { "generation" }, { "host_stolen" },
	{ "guest_stolen" }, { "guest_reserved" }, { "gms_mb" },
	{ "opregion_version" }, { "opregion_size" }, { "rom" },
	{ "denied_writes" },
	/* What was on in the display is no matter of opens: read, not compared */
	{ "quiet_planes" }, { "quiet_slices" }, { "quiet_us" },
};

#define COMPARED		10

/* The text, or NULL with errno */
static const char *read_attribute(const char *name, char *buf, size_t room)
{
	char path[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), IGD_FOLDER "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	len = read(fd, buf, room - 1);
	close(fd);
	if (len < 0)
		return NULL;
	buf[len] = 0;
	return buf;
}

static bool is_known(const struct attribute *attribute, const char *text)
{
	unsigned int i;

	for (i = 0; i < attribute->count; i++)
		if (!strcmp(attribute->said[i], text))
			return true;
	return false;
}

static void learn(void)
{
	unsigned int i;
	char text[96];

	for (i = 0; i < COMPARED; i++) {
		struct attribute *attribute = &attributes[i];

		if (!read_attribute(attribute->name, text, sizeof(text)))
			die("igd/%s: %m", attribute->name);
		if (is_known(attribute, text))
			continue;
		if (attribute->count == SAYINGS)
			die("igd/%s says more than %u things", attribute->name,
			    SAYINGS);
		strcpy(attribute->said[attribute->count++], text);
	}
}

static void read_attributes(struct other *other)
{
	unsigned int i;
	char text[96];

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (!read_attribute(attributes[i].name, text, sizeof(text))) {
			if (!other->gone_is_fine ||
			    (errno != ENOENT && errno != ENODEV))
				wrong(other, "%s: %s", attributes[i].name,
				      strerror(errno));
		} else if (i < COMPARED && !is_known(&attributes[i], text)) {
			wrong(other, "%s: %s", attributes[i].name, text);
		}
	}
}

/* Without resets, which take most of an open's time and change nothing here */
FIXTURE(race)
{
	const struct machine *machine;
	unsigned int size;	/* of stolen memory, less than the host's; or 0 */
};

FIXTURE_SETUP(race)
{
	const struct machine *machine = machine_here();
	u64 mib = 0;

	while ((mib = machine_next_size(machine, mib)) &&
	       mib * MIB < machine->dsm_size)
		if (mib * MIB >= machine->reserved_size)
			self->size = mib;
	self->machine = machine;
	host_need_bound();
	host_set_resets("");
	host_rom_keep();
	host_rom_write_good();
}

FIXTURE_TEARDOWN_PARENT(race)
{
	host_set_param("gms_mb", "0");
	host_set_param("nointxmask", "0");
	host_set_param("quiesce", "1");
	host_rom_restore();
	host_need_bound();
	host_set_resets("default");
}

/* A guest's life, seen by @look at each of its stations */
static void live(FIXTURE_DATA(race) *self, void (*look)(void), unsigned int i)
{
	struct vfio vfio;

	host_set_param_number("gms_mb", i & 1 ? self->size : 0);
	if (i & 2)
		host_rom_remove();
	else
		host_rom_write_good();

	if (vfio_open(&vfio, VFIO_GROUP_API))
		die("the device does not open");
	look();
	vfio_enable(&vfio);
	machine_program(self->machine, &vfio, GUEST_BDSM);
	look();
	/* One write that goes nowhere: GGC is the firmware's */
	config_write(&vfio, VFIO_PCI_IGD_CFG_GGC, 1, 0);
	look();
	vfio_close(&vfio);
	look();
}

static void look_away(void)
{
}

TEST_F_TIMEOUT(race, readers_of_sysfs_while_it_opens_and_closes, 600)
{
	struct other readers[2] = {
		{ .once = read_attributes }, { .once = read_attributes },
	};
	unsigned int i;

	/* Of a device that is bound anew, the search for a ROM is not at its end */
	host_bind(IGD_BDF, IGD_DRIVER);
	for (i = 0; i < 4; i++)
		live(self, learn, i);

	start(&readers[0]);
	start(&readers[1]);
	for (i = 0; i < LIVES; i++)
		live(self, look_away, i);
	end(&readers[0]);
	end(&readers[1]);

	EXPECT_RIGHT(&readers[0]);
	EXPECT_RIGHT(&readers[1]);
}

TEST_F_TIMEOUT(race, readers_of_sysfs_while_it_is_bound_and_unbound, 600)
{
	struct other readers[2] = {
		{ .once = read_attributes, .gone_is_fine = true },
		{ .once = read_attributes, .gone_is_fine = true },
	};
	unsigned int i;

	learn();
	host_bind(IGD_BDF, IGD_DRIVER);
	learn();
	start(&readers[0]);
	start(&readers[1]);
	for (i = 0; i < BINDS; i++)
		EXPECT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	end(&readers[0]);
	end(&readers[1]);

	EXPECT_RIGHT(&readers[0]);
	EXPECT_RIGHT(&readers[1]);
}

/* Parameters that are written while the device opens */
static void write_params(struct other *other)
{
	host_set_param_number("gms_mb", other->sizes[other->count % 3]);
	host_set_param("nointxmask", other->count & 1 ? "1" : "0");
	host_set_param("quiesce", other->count & 2 ? "1" : "0");
}

/* A size is taken once for an open: what a guest and sysfs read is the same */
TEST_F_TIMEOUT(race, parameters_are_written_while_it_opens, 600)
{
	const unsigned int host = self->machine->dsm_size / MIB;
	const unsigned int more = machine_next_size(self->machine, host);
	struct other writer = {
		.once = write_params,
		.sizes = { 0, self->size, more },
	};
	unsigned int i, refused = 0, found, opened[2] = { 0 };

	start(&writer);
	for (i = 0; i < 2 * LIVES; i++) {
		struct vfio vfio;
		int ret = vfio_open(&vfio, VFIO_GROUP_API);

		if (ret == -EINVAL) {
			refused++;
		} else {
			ASSERT_EQ(0, ret);
			found = machine_gms(self->machine,
					    config_read(&vfio, VFIO_PCI_IGD_CFG_GGC,
							2));
			EXPECT_TRUE(found == host || found == self->size)
				TH_LOG("%u MiB", found);
			EXPECT_EQ(found, host_number("igd/gms_mb"));
			EXPECT_EQ(found, machine_gms(self->machine,
						     config_read(&vfio, VFIO_PCI_IGD_CFG_GGC, 2)));
			opened[found != host]++;
		}
		vfio_close(&vfio);
	}
	end(&writer);

	EXPECT_RIGHT(&writer);
	/* It went all ways that this machine has */
	EXPECT_NE(0, opened[0]);
	EXPECT_TRUE(opened[1] || !self->size);
	EXPECT_TRUE(refused || !more);
}

/*
 * Resets against reads. A guest's registers are its own all the while; nothing
 * else is ever the host's.
 */
static void reset_it(struct other *other)
{
	vfio_reset(&other->self->vfio);
}

static void reset_as_root(struct other *other)
{
	int fd = open("/sys/bus/pci/devices/" IGD_BDF "/reset",
		      O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		wrong(other, "reset: %s", strerror(errno));
	close(fd);
}

/* Register by register, also where hardware answers for the bytes in between */
static void read_registers(struct other *other)
{
	const struct machine *machine = other->self->machine;
	const struct vfio *vfio = &other->self->vfio;
	const struct machine_register *bdsm = machine_register(machine, "BDSM");
	u64 expected = machine_guest_bdsm(machine, vfio, GUEST_BDSM);
	u64 found;

	found = bar0_read(vfio, bdsm->gap, bdsm->width);
	if (found != expected)
		wrong(other, "BDSM in the gap: %#llx", found);
	if (bdsm->config) {
		found = config_read(vfio, bdsm->config, bdsm->width);
		if (found != expected)
			wrong(other, "BDSM in configuration space: %#llx",
			      found);
	}
	found = config_read(vfio, VFIO_PCI_IGD_CFG_ASLS, 4);
	if (found != 0x3ffe0018)
		wrong(other, "ASLS: %#llx", found);
}

/* All of the gap and of configuration space, a kilobyte of MMIO */
static void read_all(struct other *other)
{
	u8 bytes[PAGE];

	vfio_read(&other->self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START,
		  bytes, sizeof(bytes));
	vfio_read(&other->self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		  256);
	vfio_read(&other->self->vfio, VFIO_PCI_BAR0_REGION_INDEX, SCRATCH,
		  bytes, 1024);
	if (other->self->machine->bar4_size)
		vfio_read(&other->self->vfio, VFIO_PCI_BAR4_REGION_INDEX, 0,
			  bytes, 8);
}

static void read_map(struct other *other)
{
	*(volatile u32 *)(other->map + SCRATCH % PAGE);
}

static u8 *map_scratch(const struct vfio *vfio)
{
	struct region bar0;
	u8 *map;

	if (vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("no BAR0");
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vfio->device,
		   bar0.offset + (SCRATCH & ~(PAGE - 1)));
	if (map == MAP_FAILED)
		die("BAR0 cannot be mapped: %m");
	return map;
}

static void guest_sets_up(FIXTURE_DATA(igd) *self)
{
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	config_write(&self->vfio, VFIO_PCI_IGD_CFG_ASLS, 4, 0x3ffe0018);
}

static void race(struct other *others, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		start(&others[i]);
	usleep(RACE_SECONDS * 1000000);
	for (i = 0; i < count; i++)
		end(&others[i]);
}

/* All at once, for a while; each has to find what it should */
#define EXPECT_RACE(others) do {					\
	race(others, ARRAY_SIZE(others));				\
	for (size_t i_ = 0; i_ < ARRAY_SIZE(others); i_++)		\
		EXPECT_RIGHT(&(others)[i_]);				\
} while (0)

TEST_F_TIMEOUT(igd, resets_against_reads, 1200)
{
	struct other others[] = {
		{ .once = reset_it, .self = self },
		{ .once = read_registers, .self = self },
		{ .once = read_all, .self = self },
		{ .once = read_map, .self = self,
		  .map = map_scratch(&self->vfio) },
	};
	unsigned int resets = sim_resets();

	guest_sets_up(self);
	EXPECT_RACE(others);
	EXPECT_LT(resets, sim_resets());
}

/* Root does not ask whoever has the device open: only its registers stay */
TEST_F_TIMEOUT(igd, roots_resets_against_reads, 1200)
{
	struct other others[] = {
		{ .once = reset_as_root, .self = self },
		{ .once = read_registers, .self = self },
	};
	unsigned int resets = sim_resets();

	guest_sets_up(self);
	EXPECT_RACE(others);
	EXPECT_LT(resets, sim_resets());
}

/* The device sleeps and wakes up, as its user says, while others use it */
static void sleep_and_wake(struct other *other)
{
	const struct vfio *vfio = &other->self->vfio;

	config_write(vfio, other->pm + PCI_PM_CTRL, 2, 3);
	config_write(vfio, other->pm + PCI_PM_CTRL, 2, 0);
}

/* Behind BAR2 it is 0 while memory decoding is off, which may be at any moment here */
static bool is_guest_bdsm(const struct machine *machine, const struct vfio *vfio,
			  u64 value)
{
	return value == machine_guest_bdsm(machine, vfio, GUEST_BDSM) ||
	       (machine_behind_bar2(machine) && !value);
}

/* A device that sleeps refuses; what it does not refuse is right */
static void read_some(struct other *other)
{
	const struct machine *machine = other->self->machine;
	const struct vfio *vfio = &other->self->vfio;
	const struct machine_register *bdsm = machine_register(machine, "BDSM");
	struct region bar0;
	u8 bytes[64];

	if (vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("no BAR0");
	if (pread(vfio->device, bytes, bdsm->width, bar0.offset + bdsm->gap) !=
	    bdsm->width)
		wrong(other, "BDSM: %s", strerror(errno));
	else if (!is_guest_bdsm(machine, vfio, get_le(bytes, bdsm->width)))
		wrong(other, "BDSM: %#llx", get_le(bytes, bdsm->width));
	/* What is of no register comes from hardware */
	if (pread(vfio->device, bytes, sizeof(bytes),
		  bar0.offset + GAP_START + 0x800) < 0 && errno != EIO)
		wrong(other, "gap: %s", strerror(errno));
	if (pread(vfio->device, bytes, 4, bar0.offset + SCRATCH) < 0 &&
	    errno != EIO)
		wrong(other, "scratch: %s", strerror(errno));
}

static void try_reset(struct other *other)
{
	if (ioctl(other->self->vfio.device, VFIO_DEVICE_RESET))
		wrong(other, "VFIO_DEVICE_RESET: %s", strerror(errno));
}

static void read_sysfs(struct other *other)
{
	char text[96];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (!read_attribute(attributes[i].name, text, sizeof(text)))
			wrong(other, "%s: %s", attributes[i].name,
			      strerror(errno));
}

TEST_F_TIMEOUT(igd, power_states_against_reads_and_resets, 1200)
{
	struct other others[] = {
		{ .once = sleep_and_wake, .self = self,
		  .pm = sim_capability(PCI_CAP_ID_PM) },
		{ .once = read_some, .self = self },
		{ .once = try_reset, .self = self },
		{ .once = read_sysfs, .self = self },
	};

	if (!others[0].pm)
		SKIP(return, "the device has no power states");
	guest_sets_up(self);
	EXPECT_RACE(others);

	/* It has come through */
	sleep_and_wake(&others[0]);
	vfio_enable(&self->vfio);
	bar0_write(&self->vfio, SCRATCH, 4, SCRATCH_VALUE);
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(&self->vfio, SCRATCH, 4));
}

/*
 * Memory decoding goes off and on: a fault in a mapping is answered or is a
 * SIGBUS, and a read of the gap is refused or right
 */
static __thread sigjmp_buf *on_sigbus;

static void caught_sigbus(int signal)
{
	siglongjmp(*on_sigbus, 1);
}

static void try_map(struct other *other)
{
	sigjmp_buf here;

	on_sigbus = &here;
	if (!sigsetjmp(here, 1))
		read_map(other);
}

static void toggle_memory(struct other *other)
{
	config_write(&other->self->vfio, PCI_COMMAND, 2,
		     other->count & 1 ? PCI_COMMAND_MEMORY : 0);
}

TEST_F_TIMEOUT(igd, memory_decoding_against_faults_and_resets, 1200)
{
	struct other others[] = {
		{ .once = toggle_memory, .self = self },
		{ .once = try_map, .self = self,
		  .map = map_scratch(&self->vfio) },
		{ .once = read_some, .self = self },
		{ .once = try_reset, .self = self },
	};

	signal(SIGBUS, caught_sigbus);
	guest_sets_up(self);
	EXPECT_RACE(others);
	signal(SIGBUS, SIG_DFL);

	vfio_enable(&self->vfio);
	bar0_write(&self->vfio, SCRATCH, 4, SCRATCH_VALUE);
	EXPECT_EQ(SCRATCH_VALUE, *(volatile u32 *)(others[1].map +
						   SCRATCH % PAGE));
}

TEST_HARNESS_MAIN
