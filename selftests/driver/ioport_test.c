// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR4, I/O ports: the register whose offset is written to the index port is at
 * the data port. Bits 1:0 of the index choose between registers (0) and the GTT
 * (1); 2 and 3 mean nothing. No way leads through them to what is trapped in BAR0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define PORT_INDEX		0
#define PORT_DATA		4
#define PORTS_END		8
#define INDEX_GTT		0x1
#define ATTACK_SECONDS		2
#define WAIT_SECONDS		10

/* Scratch registers of the display, which do nothing */
#define SCRATCH			0x4f100
#define SCRATCH_VALUE		0x11223344

static void write_index(const struct vfio *vfio, u32 index)
{
	u8 bytes[4];

	put_le(bytes, 4, index);
	vfio_write(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 4);
}

static u32 read_data(const struct vfio *vfio)
{
	u8 bytes[4];

	vfio_read(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
	return get_le(bytes, 4);
}

static void write_data(const struct vfio *vfio, u32 value)
{
	u8 bytes[4];

	put_le(bytes, 4, value);
	vfio_write(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
}

static unsigned int denied(void)
{
	return host_number("igd/denied_writes");
}

/* Writes that reached what is trapped */
static size_t trapped_writes(const struct machine *machine)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < machine->traps; i++)
		count += sim_writes("bar0", machine->trapped[i].start,
				    machine->trapped[i].end - 1, NULL, 0);
	return count;
}

TEST_F(igd, bar4_is_there_or_not)
{
	struct region bar4;
	u8 byte;

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
				 &bar4));
	EXPECT_EQ(self->machine->bar4_size, bar4.size);
	EXPECT_EQ(bar4.size ? 1 : -1,
		  pread(self->vfio.device, &byte, 1, bar4.offset));
}

#define NEED_PORTS() do {						\
	if (!self->machine->bar4_size)					\
		SKIP(return, "the device has no BAR4, and so no ports");\
} while (0)

TEST_F(igd, ports_show_and_change_other_registers)
{
	u8 bytes[4];

	NEED_PORTS();
	write_index(&self->vfio, SCRATCH);
	put_le(bytes, 4, SCRATCH_VALUE);
	vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(&self->vfio, SCRATCH, 4));
	memset(bytes, 0, sizeof(bytes));
	vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
	EXPECT_EQ(SCRATCH_VALUE, get_le(bytes, 4));
}

TEST_F(igd, ports_read_the_gap_as_bar0_does)
{
	unsigned int at, width, part, i;
	u8 bytes[4];

	NEED_PORTS();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	for (at = GAP_START + 0xb8; at < GAP_START + 0xd0; at += 4) {
		write_index(&self->vfio, at);
		for (part = 0; part < 4; part++) {
			for (width = 1; part + width <= 4; width++) {
				vfio_read(&self->vfio,
					  VFIO_PCI_BAR4_REGION_INDEX,
					  PORT_DATA + part, bytes, width);
				for (i = 0; i < width; i++) {
					EXPECT_EQ(bar0_read(&self->vfio,
							    at + part + i, 1),
						  bytes[i])
						TH_LOG("byte %u of %u at %#x",
						       part + i, width, at);
				}
			}
		}
	}
}

/* Index and data in one access: it must not be looked at as one */
TEST_F(igd, both_ports_at_once)
{
	u8 bytes[8];

	NEED_PORTS();
	write_index(&self->vfio, SCRATCH);
	put_le(bytes, 4, GAP_START + 0xc0);
	put_le(bytes + 4, 4, 0xffffffff);
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 8);
	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));

	vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 8);
	EXPECT_EQ(GAP_START + 0xc0, get_le(bytes, 4));
	EXPECT_EQ(bar0_read(&self->vfio, GAP_START + 0xc0, 4),
		  get_le(bytes + 4, 4));
}

/* What is behind the data port is not what is behind the register */
TEST_F(igd, an_access_ends_where_the_data_port_does)
{
	const u32 at = VFIO_PCI_IGD_MMIO_INFO;
	unsigned int part, i;
	u8 bytes[8];

	NEED_PORTS();
	write_index(&self->vfio, at);
	for (part = 0; part < 4; part++) {
		vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
			  PORT_DATA + part, bytes, 8);
		for (i = 0; i < 8; i++) {
			EXPECT_EQ(part + i < 4 ?
				  bar0_read(&self->vfio, at + part + i, 1) : 0xff,
				  bytes[i])
				TH_LOG("byte %u of 8 from %u", i, part);
		}
	}
}

TEST_F(igd, ports_do_not_write_to_the_gap)
{
	u8 ones[4];
	u32 at;

	NEED_PORTS();
	memset(ones, 0xff, sizeof(ones));
	sim_mark();
	for (at = GAP_START; at < GAP_END; at += 64) {
		write_index(&self->vfio, at);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			   ones, 4);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
			   PORT_DATA + 1, ones, 2);
	}
	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
}

/*
 * Also where the GTT has an entry at an offset that is trapped in registers. From
 * gen 11 on nobody says what bit 0 does: there that offset stays trapped.
 */
TEST_F(igd, ports_reach_the_gtt)
{
	const u32 entries[] = {
		0x10, GAP_START, GAP_END - 4,
		self->machine->bar0_size - self->machine->gtt - 4,
	};
	unsigned int i;

	NEED_PORTS();
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		u64 at = self->machine->gtt + entries[i];
		bool trapped = self->machine->gen >= 1100 &&
			       entries[i] >= GAP_START && entries[i] < GAP_END;

		sim_write("bar0", at, 4, 0);
		write_index(&self->vfio, entries[i] | INDEX_GTT);
		write_data(&self->vfio, SCRATCH_VALUE);
		EXPECT_EQ(trapped ? 0 : SCRATCH_VALUE, sim_read("bar0", at, 4))
			TH_LOG("at %#x", entries[i]);
		if (!trapped) {
			EXPECT_EQ(SCRATCH_VALUE, read_data(&self->vfio));
		}
		sim_write("bar0", at, 4, 0);
	}
}

/*
 * What the device makes of such an index nobody has said: behind the GTT, which ends
 * where BAR0 does, registers may come again
 */
TEST_F(igd, an_index_that_means_nothing_leads_nowhere)
{
	const u32 bar0 = self->machine->bar0_size;
	const u32 behind_gtt = (bar0 - self->machine->gtt) | INDEX_GTT;
	const u32 indexes[] = {
		SCRATCH | 2, SCRATCH | 3, (GAP_START + 0xc0) | 2,
		(GAP_START + 0xc0) | 3, 0x2, 0x3, 0xfffffffe, 0xffffffff,
		bar0, bar0 + GAP_START + 0xc0, behind_gtt,
		behind_gtt + GAP_START + 0xc0, behind_gtt + MCHBAR_START,
		behind_gtt + self->machine->gtt - 4, 0xfffffffc | INDEX_GTT,
	};
	unsigned int i;

	NEED_PORTS();
	sim_write("bar4", PORT_DATA, 4, SCRATCH_VALUE);
	for (i = 0; i < ARRAY_SIZE(indexes); i++) {
		unsigned int before;
		u8 byte = 0x5a;

		write_index(&self->vfio, indexes[i]);
		EXPECT_EQ(0xffffffff, read_data(&self->vfio))
			TH_LOG("index %#x", indexes[i]);
		sim_mark();
		before = denied();
		write_data(&self->vfio, SCRATCH_VALUE);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
			   PORT_DATA + 1, &byte, 1);
		EXPECT_EQ(before + 2, denied())
			TH_LOG("index %#x", indexes[i]);
		EXPECT_EQ(0, sim_writes("bar4", PORT_DATA, PORTS_END - 1, NULL,
					0));
	}
}

TEST_F(igd, behind_the_ports_is_nothing)
{
	u64 at, size = self->machine->bar4_size;
	struct region region;
	u8 bytes[8];
	unsigned int i;

	NEED_PORTS();
	for (at = PORTS_END; at + 8 <= size; at += 8) {
		unsigned int before;

		sim_write("bar4", at, 8, 0x1122334455667788);
		vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, at, bytes, 8);
		EXPECT_EQ(~0ULL, get_le(bytes, 8))
			TH_LOG("at %#llx", at);
		sim_mark();
		before = denied();
		for (i = 0; i < 8; i++)
			vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
				   at + i, bytes, 1);
		EXPECT_EQ(before + 8, denied());
		EXPECT_EQ(0, sim_writes("bar4", PORTS_END, size - 1, NULL, 0));
		sim_write("bar4", at, 8, 0);
	}
	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, &region));
	EXPECT_EQ(-1, pread(self->vfio.device, bytes, 1, region.offset + size));
	EXPECT_EQ(EINVAL, errno);
	/* Of one that begins at a port, what is behind it is cut off */
	write_index(&self->vfio, SCRATCH);
	put_le(bytes, 8, SCRATCH_VALUE);
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 8);
	EXPECT_EQ(0, sim_writes("bar4", PORTS_END, size - 1, NULL, 0));
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(&self->vfio, SCRATCH, 4));
}

/* The first four bytes, the last, and their neighbours */
TEST_F(igd, what_is_trapped_ends_where_it_ends)
{
	unsigned int i, j;

	NEED_PORTS();
	for (i = 0; i < self->machine->traps; i++) {
		const u64 start = self->machine->trapped[i].start;
		const u64 end = self->machine->trapped[i].end;
		const struct {
			u64 at;
			bool trapped;
		} places[] = {
			{ start - 4, false }, { start, true },
			{ end - 4, true }, { end, false },
		};

		for (j = 0; j < ARRAY_SIZE(places); j++) {
			u64 old = sim_read("bar0", places[j].at, 4);

			write_index(&self->vfio, places[j].at);
			write_data(&self->vfio, SCRATCH_VALUE);
			EXPECT_EQ(places[j].trapped ? old : SCRATCH_VALUE,
				  sim_read("bar0", places[j].at, 4))
				TH_LOG("at %#llx", places[j].at);
			EXPECT_EQ(bar0_read(&self->vfio, places[j].at, 4),
				  read_data(&self->vfio))
				TH_LOG("at %#llx", places[j].at);
			sim_write("bar0", places[j].at, 4, old);
		}
	}
}

/*
 * Two threads: one moves the index between a harmless register and the gap, the
 * other uses the data port, so that the index is not what it was when somebody
 * looked at it.
 */
struct attack {
	const struct vfio *vfio;
	u32 target;
	atomic_bool stop;
};

static void *move_index(void *arg)
{
	struct attack *attack = arg;

	while (!atomic_load(&attack->stop)) {
		write_index(attack->vfio, attack->target);
		write_index(attack->vfio, SCRATCH);
	}
	return NULL;
}

static void start_attack(struct attack *attack, void *(*how)(void *),
			 pthread_t *thread)
{
	if (pthread_create(thread, NULL, how, attack))
		die("no thread: %m");
}

static void end_attack(struct attack *attack, pthread_t thread)
{
	atomic_store(&attack->stop, true);
	pthread_join(thread, NULL);
}

static bool time_is_up(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec >= ATTACK_SECONDS;
}

TEST_F(igd, moving_index_reads_nothing_of_the_hosts)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	struct attack attack = { .vfio = &self->vfio, .target = bdsm->gap };
	unsigned int scratch = 0, guest = 0, other = 0;
	struct timespec start;
	pthread_t thread;
	u8 bytes[4];

	NEED_PORTS();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	bar0_write(&self->vfio, SCRATCH, 4, SCRATCH_VALUE);
	write_index(&self->vfio, SCRATCH);

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_attack(&attack, move_index, &thread);
	while (!time_is_up(&start)) {
		vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			  bytes, 4);
		if (get_le(bytes, 4) == SCRATCH_VALUE)
			scratch++;
		else if (get_le(bytes, 4) == GUEST_BDSM)
			guest++;
		else
			other++;
	}
	end_attack(&attack, thread);

	EXPECT_EQ(0, other);
	/* The attack has been one */
	EXPECT_NE(0, scratch);
	EXPECT_NE(0, guest);
}

TEST_F(igd, moving_index_writes_nothing_to_the_gap)
{
	struct attack attack = {
		.vfio = &self->vfio,
		.target = GAP_START + 0x800,
	};
	struct timespec start;
	pthread_t thread;
	u8 bytes[4];

	NEED_PORTS();
	put_le(bytes, 4, SCRATCH_VALUE);
	write_index(&self->vfio, SCRATCH);
	sim_mark();

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_attack(&attack, move_index, &thread);
	while (!time_is_up(&start))
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			   bytes, 4);
	end_attack(&attack, thread);

	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
	EXPECT_NE(0, sim_writes("bar0", SCRATCH, SCRATCH + 3, NULL, 0));
}

/*
 * While the device answers at no ports, the index reads as all ones, whatever it
 * is. The other thread turns that off and on.
 */
static void *toggle_ports(void *arg)
{
	struct attack *attack = arg;
	unsigned int i;

	for (i = 0; !atomic_load(&attack->stop); i++)
		config_write(attack->vfio, PCI_COMMAND, 2, PCI_COMMAND_MEMORY |
			     (i & 1 ? PCI_COMMAND_IO : 0));
	config_write(attack->vfio, PCI_COMMAND, 2,
		     PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
	return NULL;
}

TEST_F(igd, ports_that_come_and_go_write_nothing_trapped)
{
	struct attack attack = { .vfio = &self->vfio };
	unsigned long count = 0;
	struct timespec start;
	unsigned int i;

	NEED_PORTS();
	sim_mark();
	for (i = 0; i < self->machine->traps; i++) {
		pthread_t thread;

		write_index(&self->vfio, self->machine->trapped[i].start + 0x800);
		atomic_store(&attack.stop, false);
		clock_gettime(CLOCK_MONOTONIC, &start);
		start_attack(&attack, toggle_ports, &thread);
		for (; !time_is_up(&start); count++)
			write_data(&self->vfio, SCRATCH_VALUE);
		end_attack(&attack, thread);
	}
	EXPECT_EQ(0, trapped_writes(self->machine))
		TH_LOG("of %lu", count);
	/* The attack has been one */
	EXPECT_NE(0, sim_writes("config", PCI_COMMAND, PCI_COMMAND + 1, NULL, 0));
}

TEST_F(igd, ports_that_come_and_go_read_nothing_of_the_hosts)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	const u64 guest = machine_guest_bdsm(self->machine, &self->vfio,
					     GUEST_BDSM);
	struct attack attack = { .vfio = &self->vfio };
	unsigned int right = 0, ones = 0, other = 0;
	struct timespec start;
	pthread_t thread;

	NEED_PORTS();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	write_index(&self->vfio, bdsm->gap);

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_attack(&attack, toggle_ports, &thread);
	while (!time_is_up(&start)) {
		u32 value = read_data(&self->vfio);

		if (value == guest)
			right++;
		else if (value == 0xffffffff)
			ones++;
		else
			other++;
	}
	end_attack(&attack, thread);

	EXPECT_EQ(0, other);
	/* The attack has been one */
	EXPECT_NE(0, right);
	EXPECT_NE(0, ones);
}

/*
 * A user can make a copy from or to its memory take as long as it likes, by
 * answering the page fault later. Nobody else has to wait for that.
 */
FIXTURE(parked)
{
	const struct machine *machine;
	struct vfio vfio;
	u8 *page;		/* nothing is there until the fault is answered */
	int faults;
};

FIXTURE_VARIANT(parked)
{
	unsigned int index;	/* region */
	u64 offset;
	u32 ports;		/* what the index port has */
	bool writes;
};

#define PARKED(what, ...) FIXTURE_VARIANT_ADD(parked, what) { __VA_ARGS__ }

PARKED(index_write, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, SCRATCH, true);
PARKED(index_read, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, SCRATCH, false);
PARKED(data_write, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, SCRATCH, true);
PARKED(data_read, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, SCRATCH, false);
PARKED(trapped_data_read, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
       GAP_START + 0xc0, false);
PARKED(gap_read, VFIO_PCI_BAR0_REGION_INDEX, GAP_START + 0xc0, SCRATCH, false);
PARKED(asls_write, VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_IGD_CFG_ASLS, SCRATCH,
       true);
PARKED(asls_read, VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_IGD_CFG_ASLS, SCRATCH,
       false);

FIXTURE_SETUP(parked)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range.len = PAGE,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	self->machine = machine_here();
	if (!self->machine->bar4_size)
		SKIP(return, "the device has no BAR4, and so no ports");
	host_need_bound();
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	write_index(&self->vfio, variant->ports);

	/* The kernel's own faults are what this is about */
	self->faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	ASSERT_LE(0, self->faults);
	ASSERT_EQ(0, ioctl(self->faults, UFFDIO_API, &api));
	self->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	range.range.start = (uintptr_t)self->page;
	ASSERT_EQ(0, ioctl(self->faults, UFFDIO_REGISTER, &range));
}

FIXTURE_TEARDOWN(parked)
{
	close(self->faults);
	vfio_close(&self->vfio);
}

struct access {
	int device;
	u64 offset;
	u8 *page;
	bool writes;
	ssize_t done;
};

static void *do_access(void *arg)
{
	struct access *access = arg;

	access->done = access->writes ?
		pwrite(access->device, access->page, 4, access->offset) :
		pread(access->device, access->page, 4, access->offset);
	return NULL;
}

static void *use_device(void *arg)
{
	const struct vfio *vfio = arg;
	char text[64];
	u8 bytes[4];

	vfio_read(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 4);
	read_data(vfio);
	write_index(vfio, SCRATCH);
	write_data(vfio, SCRATCH_VALUE);
	bar0_read(vfio, GAP_START + 0xc0, 4);
	config_read(vfio, VFIO_PCI_IGD_CFG_ASLS, 4);
	config_write(vfio, VFIO_PCI_IGD_CFG_ASLS, 4, 0x3ffe0018);
	host_attribute("igd/gms_mb", text, sizeof(text));
	host_attribute("igd/guest_stolen", text, sizeof(text));
	return NULL;
}

TEST_F(parked, nobody_waits_for_a_users_memory)
{
	struct uffdio_zeropage zero = { .range.len = PAGE };
	struct pollfd fault = { .fd = self->faults, .events = POLLIN };
	struct access access = {
		.device = self->vfio.device,
		.page = self->page,
		.writes = variant->writes,
	};
	pthread_t parked, other;
	struct timespec until;
	struct uffd_msg msg;
	struct region region;
	int waited;

	ASSERT_EQ(0, vfio_region(&self->vfio, variant->index, &region));
	access.offset = region.offset + variant->offset;
	ASSERT_EQ(0, pthread_create(&parked, NULL, do_access, &access));
	ASSERT_EQ(1, poll(&fault, 1, 1000 * WAIT_SECONDS))
		TH_LOG("the access does not touch the user's memory");
	ASSERT_EQ(sizeof(msg), read(self->faults, &msg, sizeof(msg)));

	ASSERT_EQ(0, pthread_create(&other, NULL, use_device, &self->vfio));
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_SECONDS;
	waited = pthread_timedjoin_np(other, NULL, &until);
	EXPECT_EQ(0, waited)
		TH_LOG("%s after %u s", strerror(waited), WAIT_SECONDS);

	zero.range.start = (uintptr_t)self->page;
	EXPECT_EQ(0, ioctl(self->faults, UFFDIO_ZEROPAGE, &zero));
	pthread_join(parked, NULL);
	if (waited)
		pthread_join(other, NULL);
	EXPECT_EQ(4, access.done);
}

TEST_HARNESS_MAIN
