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

#endif /* FIXTURE_H */
