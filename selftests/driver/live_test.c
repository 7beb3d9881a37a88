// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an administrator does to a host while the device is in use: a second user,
 * the module unloaded, the device unbound or gone, the host asleep
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define MODULE			"vfio_pci_igd"
#define ASKED_MS		15000
#define GONE_MS			15000

/* Scratch registers of the display, which do nothing */
#define SCRATCH			0x4f100
#define SCRATCH_VALUE		0x11223344

static u8 *map_scratch(const struct vfio *vfio)
{
	struct region bar0;

	if (vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("no BAR0");
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		    vfio->device, bar0.offset + (SCRATCH & ~(PAGE - 1)));
}

static u32 read_map(const u8 *map)
{
	return *(volatile const u32 *)(map + SCRATCH % PAGE);
}

/* The guest that has the device goes on with it */
#define EXPECT_AT_WORK(vfio) do {					\
	EXPECT_REGISTER_OF(self->machine, vfio, "BDSM",			\
			   machine_guest_bdsm(self->machine, vfio,	\
					      GUEST_BDSM));		\
	bar0_write(vfio, SCRATCH, 4, SCRATCH_VALUE);			\
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(vfio, SCRATCH, 4));		\
	bar0_write(vfio, SCRATCH, 4, 0);				\
} while (0)

/* A second user, by either way in, whichever the first one took */
static int open_again(enum vfio_api api)
{
	struct vfio other;
	int status, ret;
	pid_t pid;

	/* vfio_open() ends the process where the group itself does not open */
	pid = fork();
	if (!pid) {
		fclose(stderr);
		ret = vfio_open(&other, api);
		_exit(ret ? 1 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("no child: %m");
	return WEXITSTATUS(status);
}

TEST_F(igd, a_second_user_is_refused)
{
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_NE(0, open_again(VFIO_GROUP_API));
	if (!vfio_api_missing(VFIO_CDEV_API)) {
		EXPECT_NE(0, open_again(VFIO_CDEV_API));
	}
	EXPECT_AT_WORK(&self->vfio);

	/* It was the first one that stood in its way */
	vfio_close(&self->vfio);
	EXPECT_EQ(0, open_again(VFIO_GROUP_API));
	if (!vfio_api_missing(VFIO_CDEV_API)) {
		EXPECT_EQ(0, open_again(VFIO_CDEV_API));
	}
}

/* Of one group's holder, who may ask for the device twice: it is open until both end */
TEST_F(igd, a_second_file_of_the_same_user)
{
	struct vfio second = self->vfio;

	if (variant->api != VFIO_GROUP_API)
		SKIP(return, "an open device node is one user's, and one file");
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	second.device = ioctl(self->vfio.group, VFIO_GROUP_GET_DEVICE_FD,
			      IGD_BDF);
	ASSERT_LE(0, second.device);
	EXPECT_AT_WORK(&second);
	close(second.device);
	EXPECT_AT_WORK(&self->vfio);
}

static int unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? -errno : 0;
}

TEST_F(igd, the_module_stays_while_it_is_in_use)
{
	const struct machine *machine = self->machine;

	ASSERT_NE(NULL, getenv("IGD_MODULE"))
		TH_LOG("IGD_MODULE is to be set to vfio-pci-igd.ko: selftests/driver/run does it");
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_EQ(-EAGAIN, unload());
	EXPECT_AT_WORK(&self->vfio);

	/* Bound, but not in use, it goes, and takes along what it claimed */
	vfio_close(&self->vfio);
	EXPECT_EQ(0, unload());
	EXPECT_FALSE(host_is_bound(IGD_BDF, IGD_DRIVER));
	if (machine->dsm_size && !machine_behind_bar2(machine)) {
		EXPECT_FALSE(host_has_resource(machine->dsm, machine->dsm +
					       machine->dsm_size - 1,
					       "IGD data stolen memory"));
	}
	host_insmod("IGD_MODULE", "");
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_AT_WORK(&self->vfio);
}

/*
 * The device is taken away from its user: VFIO asks him to let go of it, by an
 * eventfd, and waits. He goes on meanwhile, and has it mapped.
 */
FIXTURE(leaving)
{
	const struct machine *machine;
	struct vfio vfio;
	int asked;
	atomic_bool gone;	/* whoever takes it away has it */
	atomic_bool stop;
	atomic_ulong faults;
	pthread_t taker, faulter;
	void (*take)(void);
};

FIXTURE_VARIANT(leaving)
{
	enum vfio_api api;
	bool remove;		/* the device itself, or its driver alone */
};

#define LEAVING(name, ...) FIXTURE_VARIANT_ADD(leaving, name) { __VA_ARGS__ }

LEAVING(removed_group, .api = VFIO_GROUP_API, .remove = true);
LEAVING(removed_cdev, .api = VFIO_CDEV_API, .remove = true);
LEAVING(unbound_group, .api = VFIO_GROUP_API, .remove = false);
LEAVING(unbound_cdev, .api = VFIO_CDEV_API, .remove = false);

static void remove_it(void)
{
	host_forget(IGD_BDF);
}

static void unbind_it(void)
{
	host_unbind(IGD_BDF);
}

FIXTURE_SETUP(leaving)
{
	const char *missing = vfio_api_missing(variant->api);
	struct {
		struct vfio_irq_set set;
		__s32 fd;
	} request = {
		.set = {
			.argsz = sizeof(request),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD |
				 VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_REQ_IRQ_INDEX,
			.count = 1,
		},
	};

	if (missing)
		SKIP(return, "%s", missing);
	self->machine = machine_here();
	self->take = variant->remove ? remove_it : unbind_it;
	host_need_bound();
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	self->asked = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ASSERT_LE(0, self->asked);
	request.fd = self->asked;
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_SET_IRQS, &request));
}

FIXTURE_TEARDOWN_PARENT(leaving)
{
	if (variant->remove)
		host_find(IGD_BDF);
	host_need_bound();
}

static void *take_away(void *arg)
{
	FIXTURE_DATA(leaving) *self = arg;

	self->take();
	atomic_store(&self->gone, true);
	return NULL;
}

/* Each mapping is a new fault, which asks the driver for the page */
static void *fault(void *arg)
{
	FIXTURE_DATA(leaving) *self = arg;

	while (!atomic_load(&self->stop)) {
		u8 *map = map_scratch(&self->vfio);

		if (map == MAP_FAILED)
			die("BAR0 cannot be mapped any more: %m");
		read_map(map);
		munmap(map, PAGE);
		atomic_fetch_add(&self->faults, 1);
	}
	return NULL;
}

static bool is_asked(FIXTURE_DATA(leaving) *self)
{
	struct pollfd ready = { .fd = self->asked, .events = POLLIN };

	return poll(&ready, 1, ASKED_MS) == 1;
}

static bool is_gone(FIXTURE_DATA(leaving) *self, unsigned int ms)
{
	for (; !atomic_load(&self->gone) && ms; ms -= 100)
		usleep(100000);
	return atomic_load(&self->gone);
}

/* The file is closed and the memory is still mapped: that is in use, too */
TEST_F_TIMEOUT(leaving, its_user_is_asked_and_waited_for, 1200)
{
	unsigned long faults;
	u8 *map;

	map = map_scratch(&self->vfio);
	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, pthread_create(&self->faulter, NULL, fault, self));
	ASSERT_EQ(0, pthread_create(&self->taker, NULL, take_away, self));
	EXPECT_TRUE(is_asked(self));

	faults = atomic_load(&self->faults);
	EXPECT_FALSE(is_gone(self, 500));
	EXPECT_LT(faults, atomic_load(&self->faults));
	EXPECT_AT_WORK(&self->vfio);
	atomic_store(&self->stop, true);
	pthread_join(self->faulter, NULL);

	vfio_close(&self->vfio);
	EXPECT_FALSE(is_gone(self, 500));
	read_map(map);
	munmap(map, PAGE);
	EXPECT_TRUE(is_gone(self, GONE_MS));
	pthread_join(self->taker, NULL);
	EXPECT_FALSE(host_is_bound(IGD_BDF, IGD_DRIVER));
}

/* One who does not let go, and is killed for it */
TEST_F_TIMEOUT(leaving, a_user_who_does_not_listen_is_killed, 1200)
{
	int pipes[2], status;
	char byte;
	pid_t pid;

	vfio_close(&self->vfio);
	ASSERT_EQ(0, pipe(pipes));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (vfio_open(&self->vfio, variant->api))
			_exit(1);
		vfio_enable(&self->vfio);
		if (write(pipes[1], "", 1) != 1)
			_exit(1);
		fault(self);
	}
	ASSERT_EQ(1, read(pipes[0], &byte, 1));
	ASSERT_EQ(0, pthread_create(&self->taker, NULL, take_away, self));
	EXPECT_FALSE(is_gone(self, 500));
	kill(pid, SIGKILL);
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(is_gone(self, GONE_MS));
	pthread_join(self->taker, NULL);
	EXPECT_FALSE(host_is_bound(IGD_BDF, IGD_DRIVER));
}

/*
 * Runtime PM: while its user has nothing for it to do, the device sleeps, and wakes
 * up for whoever asks it something
 */
static void wait_for_status(const char *expected)
{
	char status[32];

	if (host_power_becomes(expected, 5000))
		return;
	host_attribute("power/runtime_status", status, sizeof(status));
	die("the device is %s, not %s", status, expected);
}

TEST_F_TIMEOUT(igd, at_low_power_it_answers, 1200)
{
	struct vfio_device_feature feature = {
		.argsz = sizeof(feature),
		.flags = VFIO_DEVICE_FEATURE_SET |
			 VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
	};
	char text[64];

	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_FEATURE, &feature));
	wait_for_status("suspended");
	host_attribute("igd/guest_stolen", text, sizeof(text));
	EXPECT_EQ(machine_behind_bar2(self->machine), !*text);
	EXPECT_REGISTER("BDSM", machine_guest_bdsm(self->machine, &self->vfio,
						   GUEST_BDSM));
	wait_for_status("suspended");
	/* What is no virtual register comes from the hardware, which is woken */
	EXPECT_NE(0xffffffff, config_read(&self->vfio, 0x54, 4));
	wait_for_status("suspended");

	feature.flags = VFIO_DEVICE_FEATURE_SET |
			VFIO_DEVICE_FEATURE_LOW_POWER_EXIT;
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_FEATURE, &feature));
	wait_for_status("active");
	EXPECT_AT_WORK(&self->vfio);
}

/*
 * The host sleeps while somebody has the device. As far as the virtual host can:
 * its own disk comes by virtio-9p, which no kernel restores, so that a module
 * keeps all of virtio out of it; and nothing but QEMU's monitor wakes a machine that
 * is really off.
 */
FIXTURE(asleep)
{
	const struct machine *machine;
	struct vfio vfio;
};

FIXTURE_VARIANT(asleep)
{
	const char *test;	/* for /sys/power/pm_test */
	const char *state;
};

#define ASLEEP(name, ...) FIXTURE_VARIANT_ADD(asleep, name) { __VA_ARGS__ }

ASLEEP(idle_devices, .test = "devices", .state = "freeze");
ASLEEP(memory_devices, .test = "devices", .state = "mem");
/* All but the last: interrupts off, one CPU, the IOMMU saved and restored */
ASLEEP(memory_core, .test = "core", .state = "mem");

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("'%s' to %s: %m", text, path);
	close(fd);
}

FIXTURE_SETUP(asleep)
{
	if (!getenv("IGD_AWAKE_MODULE"))
		SKIP(return, "no IGD_AWAKE_MODULE: not the virtual host");
	host_insmod("IGD_AWAKE_MODULE", "");
	write_file("/sys/power/pm_test", variant->test);
	write_file("/sys/module/suspend/parameters/pm_test_delay", "1");
	self->machine = machine_here();
	host_need_bound();
}

FIXTURE_TEARDOWN_PARENT(asleep)
{
	if (!getenv("IGD_AWAKE_MODULE"))
		return;
	host_run("rmmod igd_awake");
	write_file("/sys/power/pm_test", "none");
}

static void *guest_runs(void *arg)
{
	FIXTURE_DATA(leaving) *self = arg;

	return fault(self);
}

TEST_F_TIMEOUT(asleep, with_a_guest, 600)
{
	FIXTURE_DATA(leaving) guest = { .machine = self->machine };
	unsigned long faults;

	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	guest.vfio = self->vfio;
	ASSERT_EQ(0, pthread_create(&guest.faulter, NULL, guest_runs, &guest));

	klog_mark();
	write_file("/sys/power/state", variant->state);
	EXPECT_EQ(1, klog_count("suspend exit"))
		TH_LOG("%.1000s", klog_since());
	EXPECT_EQ(1, klog_count("suspend debug: Waiting for 1 second"))
		TH_LOG("%.1000s", klog_since());

	faults = atomic_load(&guest.faults);
	usleep(500000);
	EXPECT_LT(faults, atomic_load(&guest.faults));
	EXPECT_AT_WORK(&self->vfio);
	atomic_store(&guest.stop, true);
	pthread_join(guest.faulter, NULL);
	vfio_close(&self->vfio);
}

TEST_F_TIMEOUT(asleep, without_a_guest, 600)
{
	klog_mark();
	write_file("/sys/power/state", variant->state);
	EXPECT_EQ(1, klog_count("suspend exit"));
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_AT_WORK(&self->vfio);
	vfio_close(&self->vfio);
}

TEST_HARNESS_MAIN
