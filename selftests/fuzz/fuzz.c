// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does to the device whatever a VMM and a guest can, from many threads, and looks for
 * what must never be
 *
 *	fuzz [--count N] [--seconds S] [--seed X]
 *
 * It is N operations, of kinds that come as often as the table says, within S seconds,
 * in lives of the device: it is opened, used, and then closed, closed in the middle of
 * accesses, or taken away by an administrator. Fails when an oracle finds something,
 * when time is over before, or when a kind of operation has never worked, as that had
 * tried nothing. A seed is printed; with the same one each thread does the same.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define LIFE_OPS		10000	/* of a thread, at most */
#define STUCK_SECONDS		60
#define ASKED_MS		500

struct target target;

const struct kind kinds[] = {
	{ "read configuration space", 800, read_config },
	{ "read what is trapped", 700, read_trapped },
	{ "read BAR0", 300, read_bar0 },
	{ "read BAR2", 200, read_bar2 },
	{ "read snapshots", 1500, read_snapshot },
	{ "read nowhere", 1200, read_nowhere },
	{ "write configuration space", 700, write_config },
	{ "write what is trapped", 1200, write_trapped },
	{ "write BAR0", 200, write_bar0 },
	{ "write BAR2", 150, write_bar2 },
	{ "write snapshots", 500, write_snapshot, true },
	{ "write nowhere", 500, write_nowhere },
	{ "use ports", 250, use_ports },
	{ "ask for the device", 300, ask_device },
	{ "ask for a region", 900, ask_region },
	{ "ask for an interrupt", 300, ask_irq },
	{ "set interrupts", 200, set_irqs },
	{ "use a feature", 400, use_feature },
	{ "ask for a hot reset", 60, ask_hot_reset, true },
	{ "do a hot reset", 40, do_hot_reset, true },
	{ "want to bypass it", 300, want_bypass, true },
	{ "use the container", 200, use_container },
	{ "use the group", 100, use_group },
	{ "ask nonsense", 500, ask_nonsense, true },
	{ "map", 200, map },
	{ "map again", 150, map_again },
	{ "change a mapping", 150, change_map },
	{ "touch a mapping", 400, touch },
	{ "change COMMAND", 15, change_command },
	{ "watch a read", 8, read_watched },
	{ "sleep and wake", 3, sleep_and_wake },
	{ "be in low power", 2, low_power },
	{ "reset", 2, reset },
	{ "be root", 2, be_root },
	{ "be a second process", 1, second_process },
};

const unsigned int num_kinds = ARRAY_SIZE(kinds);

/* How a life of the device ends */
enum ending {
	QUIETLY,
	IN_USE,
	UNBOUND,
	ENDINGS,
};

static struct worker workers[WORKERS + 1];	/* the last one is main()'s */
static struct worker * const myself = &workers[WORKERS];
static unsigned long lives[ENDINGS];
static atomic_uint at_work;

static u64 done(void)
{
	u64 sum = 0;

	for (unsigned int i = 0; i < WORKERS; i++)
		sum += atomic_load(&workers[i].op);
	return sum;
}

static void *work(void *arg)
{
	struct worker *me = arg;
	u64 op = atomic_load(&me->op);
	unsigned int kind;

	for (; op < me->end && !atomic_load(&target.over); op++) {
		atomic_store(&me->op, op);
		draw_begin(me, limits.seed, op);
		kind = draw_kind(me);
		/* Where a device was closed in use there is /dev/null, which takes all */
		if (do_kind(me, kind) && !atomic_load(&target.over))
			me->worked[kind]++;
	}
	atomic_store(&me->op, op);
	touch_all(me);
	memory_forget(me);
	atomic_fetch_sub(&at_work, 1);
	return NULL;
}

static u64 all_ops(void)
{
	return limits.count / WORKERS * WORKERS;
}

/* Of a thread, in a life. Few as they are, there are two lives of each kind */
static u64 life_ops(void)
{
	return MIN(limits.count / WORKERS / (2 * ENDINGS) + 1, LIFE_OPS);
}

/* What does not come to its end is a failure that has a name */
static void stuck(void)
{
	for (unsigned int i = 0; i < WORKERS; i++)
		printf("# thread %u is at operation %llu, %s\n", i,
		       atomic_load(&workers[i].op),
		       kinds[atomic_load(&workers[i].kind)].name);
	/* Who waits for what */
	host_run("echo w >/proc/sysrq-trigger; dmesg | tail -n 300 >/out/stuck");
	die("seed %#llx: threads did not end within %u s, see the file stuck", limits.seed,
	    STUCK_SECONDS);
}

/* Until that many operations are done, in all lives, or threads have ended */
static void wait_for(u64 count)
{
	u64 over_us = 0;

	while (atomic_load(&at_work) && done() < count) {
		if (time_is_up())
			atomic_store(&target.over, true);
		if (atomic_load(&target.over) && !over_us)
			over_us = now_us();
		if (over_us && now_us() - over_us > STUCK_SECONDS * 1000000ULL)
			stuck();
		usleep(20000);
	}
}

static void find_regions(void)
{
	struct region region;
	unsigned int i;

	for (i = 0; i < REGIONS; i++)
		target.region_size[i] = vfio_region(&target.vfio, i, &region) ?
					0 : region.size;
}

/* So that VFIO can ask for the device back; an operation may undo that */
static void listen(void)
{
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
		.fd = target.event,
	};

	if (ioctl(target.vfio.device, VFIO_DEVICE_SET_IRQS, &request))
		die("VFIO_DEVICE_SET_IRQS: %m");
}

static void begin_life(enum vfio_api api)
{
	unsigned int i;
	int ret;

	oracle_mark();
	ret = vfio_open(&target.vfio, api);
	if (ret)
		die("the device does not open: %s", strerror(-ret));
	find_regions();
	vfio_enable(&target.vfio);
	listen();

	atomic_store(&target.over, false);
	atomic_store(&at_work, WORKERS);
	for (i = 0; i < WORKERS; i++) {
		struct worker *worker = &workers[i];
		u64 op = atomic_load(&worker->op);

		worker->end = op + MIN(limits.count / WORKERS - op, life_ops());
		if (pthread_create(&worker->thread, NULL, work, worker))
			die("no thread: %m");
	}
}

static void join(void)
{
	wait_for(~0ULL);
	for (unsigned int i = 0; i < WORKERS; i++)
		pthread_join(workers[i].thread, NULL);
}

/* Under those who use them: their numbers stay taken, by a file that does nothing */
static void close_in_use(void)
{
	atomic_store(&target.over, true);
	dup2(target.nobody, target.vfio.device);
	if (target.vfio.group >= 0)
		dup2(target.nobody, target.vfio.group);
	dup2(target.nobody, target.vfio.iommu);
}

static void *unbind(void *arg)
{
	host_unbind(IGD_BDF);
	return NULL;
}

/* It ends when the device is closed, and the mappings are gone, too */
static void take_away(pthread_t *taker)
{
	struct pollfd asked = { .fd = target.event, .events = POLLIN };

	if (pthread_create(taker, NULL, unbind, NULL))
		die("no thread: %m");
	poll(&asked, 1, ASKED_MS);
	usleep(ASKED_MS * 1000);
}

static void bind_again(pthread_t taker)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += STUCK_SECONDS;
	if (pthread_timedjoin_np(taker, NULL, &end))
		die("seed %#llx: the device is closed, and unbinding does not end",
		    limits.seed);
	if (host_bind(IGD_BDF, IGD_DRIVER))
		die("the device does not bind again");
}

static void live(unsigned long number)
{
	const bool cdev = number & 1 && !vfio_api_missing(VFIO_CDEV_API);
	enum ending ending = number % ENDINGS;
	u64 before = done(), some;
	pthread_t taker;

	draw_begin(myself, limits.seed, number);
	some = draw_below(myself, WORKERS * life_ops());
	begin_life(cdev ? VFIO_CDEV_API : VFIO_GROUP_API);
	if (ending != QUIETLY)
		wait_for(before + some);
	if (ending == UNBOUND)
		take_away(&taker);
	if (ending != QUIETLY)
		close_in_use();
	join();
	if (ending == QUIETLY && !is_wrong())
		check_registers(myself);
	vfio_close(&target.vfio);
	if (ending == UNBOUND)
		bind_again(taker);
	/* Root's, who may have waited for the device until now */
	while (wait(NULL) > 0)
		;
	oracle_life(ending == UNBOUND);
	lives[ending]++;
}

static void prepare(void)
{
	unsigned int i;

	target.machine = machine_here();
	target.nobody = open("/dev/null", O_RDWR | O_CLOEXEC);
	target.event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	target.pm = sim_capability(PCI_CAP_ID_PM);
	target.express = sim_capability(PCI_CAP_ID_EXP);
	target.af = sim_capability(PCI_CAP_ID_AF);
	for (i = 0; i <= WORKERS; i++) {
		workers[i].number = i;
		memory_begin(&workers[i]);
	}
	host_rom_keep();
	host_rom_write_good();
	/* Whoever had it before may have left something on in it */
	if (host_bind(IGD_BDF, IGD_DRIVER))
		die("%s does not bind to %s", IGD_BDF, IGD_DRIVER);
	oracle_begin();
	watcher_start();
}

int main(int argc, char **argv)
{
	unsigned long life = 0;
	bool all_done, all_lives;

	limits.count = 100000;
	report_begin(argc, argv);
	prepare();
	while (!is_wrong() && !time_is_up() && done() < all_ops())
		live(life++);
	watcher_end();
	host_rom_restore();
	host_keep_awake(false);

	all_done = done() == all_ops();
	all_lives = lives[QUIETLY] && lives[IN_USE] && lives[UNBOUND];
	printf("# %llu operations; closed %lu times, in use %lu times, unbound %lu times\n",
	       done(), lives[QUIETLY], lives[IN_USE], lives[UNBOUND]);
	report_end(workers, WORKERS, all_done && all_lives,
		   1 << ORACLE_MAPPED | 1 << ORACLE_ADDRESS | 1 << ORACLE_WRITTEN |
		   1 << ORACLE_AGREE | 1 << ORACLE_LOG | 1 << ORACLE_KERNEL);
}
