/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fixture of most tests: the device, open, its BARs enabled, opened in each
 * of the ways that a kernel may have
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "kselftest_harness.h"
#include "igdtest.h"
#include "machine.h"

/*
 * Seconds until a test is ended are to tell one that stands still. Under a kernel that
 * checks itself, with another virtual host beside it, an open takes two of them.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	300

FIXTURE(igd)
{
	const struct machine *machine;
	struct vfio vfio;
};

FIXTURE_VARIANT(igd)
{
	enum vfio_api api;
};

FIXTURE_VARIANT_ADD(igd, group)
{
	.api = VFIO_GROUP_API,
};

FIXTURE_VARIANT_ADD(igd, cdev)
{
	.api = VFIO_CDEV_API,
};

FIXTURE_SETUP(igd)
{
	const char *missing = vfio_api_missing(variant->api);

	if (missing)
		SKIP(return, "%s", missing);

	self->machine = machine_here();
	host_need_bound();
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
}

FIXTURE_TEARDOWN(igd)
{
	vfio_close(&self->vfio);
}

/* Where a register is in both spaces, both have to say the same */
#define EXPECT_REGISTER_OF(machine, vfio, name, value) do {		\
	const struct machine_register *reg_ =				\
		machine_register(machine, name);			\
	u64 value_ = value;						\
	if (reg_->config)						\
		EXPECT_EQ(value_, config_read(vfio, reg_->config,	\
					      reg_->width))		\
			TH_LOG("%s in configuration space", name);	\
	if (reg_->gap)							\
		EXPECT_EQ(value_, bar0_read(vfio, reg_->gap,		\
					    reg_->width))		\
			TH_LOG("%s in the gap", name);			\
} while (0)

#define EXPECT_REGISTER(name, value) \
	EXPECT_REGISTER_OF(self->machine, &self->vfio, name, value)

/* All that follows from the guest's BDSM and its size, with a host's @reg */
#define EXPECT_STOLEN_WITH(reg, bdsm, size) do {			\
	u64 bdsm__ = bdsm;						\
	EXPECT_REGISTER("BDSM",						\
			machine_guest_bdsm(self->machine, &self->vfio,	\
					   bdsm__));	\
	EXPECT_REGISTER("GSMBASE",					\
			machine_guest_gsm(self->machine, &self->vfio, reg,	\
					  bdsm__, size));			\
	EXPECT_REGISTER("STOLEN_RESERVED",				\
			machine_guest_reserved(self->machine, reg,	\
					       bdsm__, size));		\
} while (0)

#define EXPECT_STOLEN(bdsm) \
	EXPECT_STOLEN_WITH(self->machine->reserved, bdsm, \
			   self->machine->dsm_size)

#endif /* FIXTURE_H */
