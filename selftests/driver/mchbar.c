// SPDX-License-Identifier: GPL-2.0-only
/*
 * What whoever is given the device reaches of the host bridge through BAR0, with
 * any driver for VFIO: for selftests/guest/mchbar, which compares two of them.
 *
 * Prints key=value. Writes to the package's power limit, where that is let.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "machine.h"

#define GFXVTBAR		(MCHBAR_START + 0x5400)
#define POWER_LIMIT		(MCHBAR_START + 0x59a0)
#define MCHBAR_PAGE		(MCHBAR_START + 0x5000)

int main(void)
{
	struct region bar0;
	struct vfio vfio;
	u8 *page;

	if (vfio_open(&vfio, VFIO_GROUP_API) ||
	    vfio_region(&vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("the device does not open");
	vfio_enable(&vfio);

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, vfio.device,
		    bar0.offset + MCHBAR_PAGE);
	printf("mapped=%d\n", page != MAP_FAILED);
	if (page != MAP_FAILED)
		*(volatile u32 *)(page + POWER_LIMIT % PAGE) = 0;
	else
		bar0_write(&vfio, POWER_LIMIT, 4, 0);
	printf("gfxvtbar=%#llx\n", bar0_read(&vfio, GFXVTBAR, 8));
	vfio_close(&vfio);
	return 0;
}
