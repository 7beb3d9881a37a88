// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints: what Documentation/tracing.md says that they show
 */
#include <linux/pci_regs.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define IGD_TRACED(event)	event ": " IGD_BDF

#define EXPECT_TRACED(count, ...)					\
	EXPECT_EQ(count, trace_count(__VA_ARGS__))			\
		TH_LOG("in:\n%.1500s", trace_since())

#define NEED_TRACE() do {						\
	if (!trace_begin())						\
		SKIP(return, "this kernel has no tracepoints");		\
} while (0)

/* Bytes that have a value of their own: GGC's other two are shown, too */
static unsigned int whole_width(const struct machine_register *reg)
{
	if (!strcmp(reg->name, "GGC"))
		return 4;
	return reg->width < 8 ? reg->width : 8;
}

TEST_F(igd, a_read_of_a_register_shows_all_of_it)
{
	const struct machine_register *reg;
	u64 value;

	NEED_TRACE();
	machine_each_register(reg, self->machine) {
		const unsigned int width = whole_width(reg);

		if (reg->config) {
			value = config_read(&self->vfio, reg->config, width);
			config_read(&self->vfio, reg->config + 1, 1);
			EXPECT_TRACED(1, IGD_TRACED("igd_vreg_read")
				      " %s config+0x%x len=1 value=0x%llx\n",
				      reg->name, reg->config + 1, value);
		}
		if (reg->gap) {
			value = bar0_read(&self->vfio, reg->gap, width);
			bar0_read(&self->vfio, reg->gap + 1, 1);
			EXPECT_TRACED(1, IGD_TRACED("igd_vreg_read")
				      " %s bar0+0x%x len=1 value=0x%llx\n",
				      reg->name, reg->gap + 1, value);
		}
	}
	EXPECT_TRACED(0, "igd_vreg_write");
	EXPECT_TRACED(0, "igd_denied");
	trace_end();
}

TEST_F(igd, a_write_shows_what_the_register_becomes)
{
	const struct machine_register *reg;
	u64 value;

	NEED_TRACE();
	machine_each_register(reg, self->machine) {
		if (!reg->writable)
			continue;
		value = config_read(&self->vfio, reg->config, reg->width);
		config_write(&self->vfio, reg->config + 1, 1, 0x5a);
		value = (value & ~0xff00ULL) | 0x5a00;
		EXPECT_TRACED(1, IGD_TRACED("igd_vreg_write")
			      " %s config+0x%x len=1 value=0x%llx\n", reg->name,
			      reg->config + 1, value);
	}
	EXPECT_TRACED(0, "igd_denied");
	trace_end();
}

TEST_F(igd, where_firmware_places_things)
{
	const struct machine_register *asls =
		machine_register(self->machine, "ASLS");

	NEED_TRACE();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	config_write(&self->vfio, asls->config, 4, 0x3ffe0018);
	if (!machine_behind_bar2(self->machine))
		EXPECT_TRACED(1, IGD_TRACED("igd_bdsm") " base=0x%llx size=0x%llx\n",
			      GUEST_BDSM, self->machine->dsm_size);
	EXPECT_TRACED(1, IGD_TRACED("igd_asls") " base=0x3ffe0018\n");
	trace_end();
}

TEST_F(igd, a_write_that_goes_nowhere)
{
	const struct machine_register *ggc = machine_register(self->machine, "GGC");
	const u8 bytes[4] = {};
	u64 denied;

	NEED_TRACE();
	denied = host_number("igd/denied_writes");
	config_write(&self->vfio, ggc->config, 2, 0);
	EXPECT_TRACED(1, IGD_TRACED("igd_denied") " config+0x%x len=2\n",
		      ggc->config);
	bar0_write(&self->vfio, ggc->gap + 2, 1, 0);
	EXPECT_TRACED(1, IGD_TRACED("igd_denied") " bar0+0x%x len=1\n", ggc->gap + 2);
	denied += 2;
	if (self->machine->mchbar.end > self->machine->mchbar.start) {
		bar0_write(&self->vfio, self->machine->mchbar.start + 0x5998, 4, 0);
		EXPECT_TRACED(1, IGD_TRACED("igd_denied") " bar0+0x%llx len=4\n",
			      self->machine->mchbar.start + 0x5998);
		denied++;
	}
	if (self->machine->bar4_size) {
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, 8, bytes, 4);
		EXPECT_TRACED(1, IGD_TRACED("igd_denied") " bar4+0x8 len=4\n");
		denied++;
	}
	EXPECT_EQ(denied, host_number("igd/denied_writes"));
	EXPECT_TRACED(0, "igd_vreg_write");
	trace_end();
}

TEST_F(igd, a_reset)
{
	NEED_TRACE();
	vfio_reset(&self->vfio);
	EXPECT_TRACED(1, IGD_TRACED("igd_reset") "\n");
	trace_end();
}

/* A guest may have filled the GTT; afterwards it is empty and stays so */
TEST_F(igd, the_device_changes_hands)
{
	const u64 entries = (self->machine->bar0_size - self->machine->gtt) /
			    (self->machine->gen < 800 ? 4 : 8);

	if (access("/sys/module/vfio_pci_igd/parameters/quiesce", F_OK))
		SKIP(return, "this driver leaves the display as it is");
	NEED_TRACE();
	host_set_resets("");
	vfio_close(&self->vfio);
	EXPECT_TRACED(1, IGD_TRACED("igd_quiet")
		      " at close: planes=0 late=0 slices=0 entries=%llu us=", entries);
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	EXPECT_TRACED(1, IGD_TRACED("igd_quiet")
		      " at open: planes=0 late=0 slices=0 entries=0 us=");
	host_set_resets("default");
	trace_end();
}

TEST_HARNESS_MAIN
