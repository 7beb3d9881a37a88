// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space: what a guest may write reaches the device, nothing else
 * does. igdsim's log of writes is the judge.
 */
#include <linux/pci_regs.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fixture.h"

#define HEADER_END		0x40
#define CONFIG_END		0x100
#define MSAC			0x60	/* 3 bytes */
#define MAX_WIDTH		16

static void sim_config(u8 bytes[CONFIG_END])
{
	unsigned int at;

	for (at = 0; at < CONFIG_END; at += 8)
		put_le(bytes + at, 8, sim_read("config", at, 8));
}

/* How many of the writes since sim_mark() touch a byte that is not known */
static unsigned int count_forbidden(const u8 known[CONFIG_END])
{
	static struct sim_log log[4096];
	size_t i, count = sim_writes("config", 0, ~0ULL, log, ARRAY_SIZE(log));
	unsigned int at, forbidden = 0;

	if (count > ARRAY_SIZE(log))
		die("%zu writes reached the device", count);
	for (i = 0; i < count; i++) {
		for (at = log[i].offset; at < log[i].offset + log[i].width; at++) {
			if (at < CONFIG_END && known[at])
				continue;
			fprintf(stderr, "# %u bytes, %#llx, written at %#llx\n",
				log[i].width, log[i].value, log[i].offset);
			forbidden++;
			break;
		}
	}
	return forbidden;
}

/*
 * Each write, of each width at each offset, inverts what is not known. What is
 * known is written with the value that it has, so that the device stays awake.
 */
TEST_F_TIMEOUT(igd, only_header_and_capabilities_are_written, 1200)
{
	static const unsigned int widths[] = { 1, 2, 3, 4, 5, 8, MAX_WIDTH };
	u8 known[CONFIG_END], before[CONFIG_END], after[CONFIG_END];
	u8 bytes[CONFIG_END], data[MAX_WIDTH];
	unsigned int at, i, byte;

	sim_known(known);
	sim_config(before);
	vfio_read(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		  sizeof(bytes));
	sim_mark();

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		for (at = HEADER_END - MAX_WIDTH + 1;
		     at + widths[i] <= CONFIG_END; at++) {
			for (byte = 0; byte < widths[i]; byte++)
				data[byte] = known[at + byte] ? bytes[at + byte] :
					     ~before[at + byte];
			vfio_write(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX,
				   at, data, widths[i]);
		}
	}

	EXPECT_EQ(0, count_forbidden(known));
	sim_config(after);
	for (at = 0; at < CONFIG_END; at++)
		if (!known[at]) {
			EXPECT_EQ(before[at], after[at])
				TH_LOG("the device's byte at %#x", at);
		}
}

TEST_F(igd, all_at_once)
{
	u8 known[CONFIG_END], bytes[CONFIG_END];
	unsigned int at;

	sim_known(known);
	vfio_read(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		  sizeof(bytes));
	for (at = 0; at < CONFIG_END; at++)
		if (!known[at])
			bytes[at] = ~bytes[at];
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		   sizeof(bytes));
	EXPECT_EQ(0, count_forbidden(known));
}

/* Up to the last byte beside a register that the guest has to itself */
TEST_F(igd, all_else_reads_as_the_host_has_it)
{
	const struct machine_register *reg;
	u8 known[CONFIG_END], old;
	unsigned int at;

	sim_known(known);
	/* How it begins vfio-pci-core knows of each capability, Intel's own included */
	for (at = config_read(&self->vfio, PCI_CAPABILITY_LIST, 1); at;
	     at = config_read(&self->vfio, at + PCI_CAP_LIST_NEXT, 1))
		memset(known + at, 1, PCI_CAP_SIZEOF);
	machine_each_register(reg, self->machine) {
		unsigned int config = reg->config ?: reg->hidden;

		/* The dword with GGC is read once, when the device is bound */
		if (config)
			memset(known + config, 1,
			       strcmp(reg->name, "GGC") ? reg->width : 4);
	}
	/* From Meteor Lake on nobody says whether BDSM is still there */
	if (machine_behind_bar2(self->machine)) {
		memset(known + 0x5c, 1, 4);
		memset(known + 0xc0, 1, 8);
	}
	for (at = HEADER_END; at < CONFIG_END; at++) {
		if (known[at])
			continue;
		old = sim_read("config", at, 1);
		sim_write("config", at, 1, old ^ 0xff);
		EXPECT_EQ(old ^ 0xff, config_read(&self->vfio, at, 1))
			TH_LOG("at %#x", at);
		sim_write("config", at, 1, old);
	}
}

TEST_F(igd, what_is_denied_reads_as_before)
{
	u8 known[CONFIG_END], before[CONFIG_END];
	const struct machine_register *reg;
	unsigned int at;

	sim_known(known);
	/* The guest's own registers do change */
	machine_each_register(reg, self->machine) {
		if (reg->config && (reg->writable ||
				    !strcmp(reg->name, "STOLEN_RESERVED")))
			memset(known + reg->config, 1, reg->width);
	}
	vfio_read(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, before,
		  sizeof(before));
	for (at = HEADER_END; at < CONFIG_END; at++) {
		if (known[at])
			continue;
		config_write(&self->vfio, at, 1, ~before[at] & 0xff);
		EXPECT_EQ(before[at], config_read(&self->vfio, at, 1))
			TH_LOG("at %#x", at);
	}
}

/* It sizes BAR2: the host's resources depend on it */
TEST_F(igd, msac_is_read_only)
{
	u64 msac = sim_read("config", MSAC, 4);

	sim_mark();
	config_write(&self->vfio, MSAC, 4, ~msac & 0xffffffff);
	config_write(&self->vfio, MSAC + 2, 1, 0x1f);
	EXPECT_EQ(msac, config_read(&self->vfio, MSAC, 4));
	EXPECT_EQ(0, sim_writes("config", MSAC, MSAC + 3, NULL, 0));
}

/*
 * On a real machine these raise an interrupt in the host's firmware, which then
 * acts on the host's OpRegion.
 */
static void check_latch(struct __test_metadata *_metadata,
			const struct vfio *vfio, unsigned int at,
			unsigned int width)
{
	static const u64 values[] = { 0x8001, 0x1, 0xdeadbeef, 0xffffffff, 0 };
	const u64 mask = width == 2 ? 0xffff : 0xffffffff;
	unsigned int i;

	sim_mark();
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		config_write(vfio, at, width, values[i]);
		EXPECT_EQ(values[i] & mask, config_read(vfio, at, width));
	}
	config_write(vfio, at + 1, 1, 0xa5);
	EXPECT_EQ(0xa500, config_read(vfio, at, width));
	EXPECT_EQ(0, sim_writes("config", at, at + width - 1, NULL, 0));
}

TEST_F(igd, swsci_is_a_latch)
{
	check_latch(_metadata, &self->vfio, VFIO_PCI_IGD_CFG_SWSCI, 2);
}

TEST_F(igd, swsmi_is_a_latch)
{
	check_latch(_metadata, &self->vfio, VFIO_PCI_IGD_CFG_SWSMI, 2);
}

TEST_F(igd, asle_is_a_latch)
{
	check_latch(_metadata, &self->vfio, VFIO_PCI_IGD_CFG_ASLE, 4);
}

TEST_F(igd, bdsm_and_asls_stay_here)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	u64 host = sim_read(machine_space(bdsm), machine_offset(bdsm),
			    bdsm->width);

	sim_mark();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	config_write(&self->vfio, VFIO_PCI_IGD_CFG_ASLS, 4, 0x3ffe0018);
	EXPECT_EQ(0, sim_writes("config", HEADER_END, CONFIG_END - 1, NULL, 0));
	EXPECT_EQ(host, sim_read(machine_space(bdsm), machine_offset(bdsm),
				 bdsm->width));
	EXPECT_EQ(self->machine->asls,
		  sim_read("config", VFIO_PCI_IGD_CFG_ASLS, 4));
}

/* Where a request ends beyond the end, none of it is done */
TEST_F(igd, the_end_is_the_end)
{
	struct region region;
	u8 bytes[8] = {};

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX,
				 &region));
	EXPECT_EQ(-1, pread(self->vfio.device, bytes, 8,
			    region.offset + region.size - 4));
	EXPECT_EQ(-1, pread(self->vfio.device, bytes, 1,
			    region.offset + region.size));
	EXPECT_EQ(-1, pwrite(self->vfio.device, bytes, 8,
			     region.offset + region.size - 4));
}

TEST_F_TIMEOUT(igd, extended_space_is_not_written, 600)
{
	struct region region;
	u8 bytes[8];
	u64 at;

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX,
				 &region));
	if (region.size <= CONFIG_END)
		SKIP(return, "this machine's dump has none");

	sim_mark();
	memset(bytes, 0xff, sizeof(bytes));
	for (at = CONFIG_END; at + 8 <= region.size; at += 8) {
		vfio_write(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, at,
			   bytes, 8);
		config_write(&self->vfio, at + 1, 1, 0xff);
		config_write(&self->vfio, at + 3, 2, 0xffff);
	}
	EXPECT_EQ(0, sim_writes("config", CONFIG_END, ~0ULL, NULL, 0));
}

/*
 * What has to go on working
 */
TEST_F(igd, command_reaches_the_device)
{
	config_write(&self->vfio, PCI_COMMAND, 2,
		     PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	EXPECT_EQ(PCI_COMMAND_MASTER,
		  sim_read("config", PCI_COMMAND, 2) & PCI_COMMAND_MASTER);
	config_write(&self->vfio, PCI_COMMAND, 2,
		     PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	EXPECT_EQ(0, sim_read("config", PCI_COMMAND, 2) & PCI_COMMAND_MASTER);
}

/* A guest sizes and places BARs; where the host has put them stays */
TEST_F(igd, bars_are_the_guests_to_place)
{
	u64 host = sim_read("config", PCI_BASE_ADDRESS_0, 8);
	u32 kind = host & ~PCI_BASE_ADDRESS_MEM_MASK;
	u32 size = self->machine->bar0_size;

	sim_mark();
	config_write(&self->vfio, PCI_BASE_ADDRESS_0, 4, 0xffffffff);
	EXPECT_EQ(-size | kind, config_read(&self->vfio, PCI_BASE_ADDRESS_0, 4));
	config_write(&self->vfio, PCI_BASE_ADDRESS_0, 4, 0xc0000000);
	EXPECT_EQ(0xc0000000 | kind,
		  config_read(&self->vfio, PCI_BASE_ADDRESS_0, 4));
	EXPECT_EQ(0, sim_writes("config", PCI_BASE_ADDRESS_0,
				PCI_BASE_ADDRESS_5 + 3, NULL, 0));
	EXPECT_EQ(host, sim_read("config", PCI_BASE_ADDRESS_0, 8));
}

TEST_F(igd, msi_arrives)
{
	struct {
		struct vfio_irq_set set;
		__s32 fd;
	} irq = {
		.set = {
			.argsz = sizeof(irq),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD |
				 VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSI_IRQ_INDEX,
			.count = 1,
		},
	};
	unsigned int msi = sim_capability(PCI_CAP_ID_MSI);
	struct pollfd ready = { .events = POLLIN };
	u64 count = 0;

	ASSERT_NE(0, msi);
	config_write(&self->vfio, PCI_COMMAND, 2,
		     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	irq.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ASSERT_LE(0, irq.fd);
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_SET_IRQS, &irq));
	EXPECT_EQ(PCI_MSI_FLAGS_ENABLE,
		  sim_read("config", msi + PCI_MSI_FLAGS, 2) &
		  PCI_MSI_FLAGS_ENABLE);

	sim_msi();
	ready.fd = irq.fd;
	EXPECT_EQ(1, poll(&ready, 1, 5000));
	EXPECT_EQ(sizeof(count), read(irq.fd, &count, sizeof(count)));
	EXPECT_EQ(1, count);
}

TEST_F(igd, power_states)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);

	ASSERT_NE(0, pm);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 3);
	EXPECT_EQ(3, sim_read("config", pm + PCI_PM_CTRL, 2) &
		  PCI_PM_CTRL_STATE_MASK);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);
	EXPECT_EQ(0, sim_read("config", pm + PCI_PM_CTRL, 2) &
		  PCI_PM_CTRL_STATE_MASK);
	EXPECT_STOLEN(GUEST_BDSM);
}

TEST_HARNESS_MAIN
