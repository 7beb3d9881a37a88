// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: what lies where in configuration space
 *
 *   virtual registers		the guest's own, see vregs.c
 *   header and capabilities	vfio-pci-core knows them bit by bit
 *   all the rest		vfio-pci-core reads it from the hardware; never written
 *
 * vfio-pci-core passes a write to the last kind straight on, and so it does with
 * a vendor's own capability. On this device that is how a guest would reach
 * registers of the host's firmware.
 */

#include <linux/uaccess.h>

#include "igd.h"

/* What vfio-pci-core's map holds for bytes of no capability that it knows */
#define IGD_CONFIG_UNASSIGNED		0xff

static u8 igd_config_kind(const struct igd_device *igd, u32 pos)
{
	u8 id = igd->core.pci_config_map[pos];

	if (id == IGD_CONFIG_UNASSIGNED)
		return IGD_MAP_CORE_RO;
	if (pos < PCI_CFG_SPACE_SIZE)
		return id == PCI_CAP_ID_VNDR ? IGD_MAP_CORE_RO : IGD_MAP_CORE;
	return id == PCI_EXT_CAP_ID_VNDR || id == PCI_EXT_CAP_ID_DVSEC ?
	       IGD_MAP_CORE_RO : IGD_MAP_CORE;
}

/**
 * igd_config_open - note what lies where in configuration space
 * @igd: the device, enabled, its ROM loaded
 */
void igd_config_open(struct igd_device *igd)
{
	u32 pos;

	for (pos = 0; pos < igd->core.pdev->cfg_size; pos++)
		igd->config_map[pos] = igd_config_kind(igd, pos);
	igd_vregs_map(igd, IGD_CONFIG, igd->config_map);
}

/**
 * igd_config_sleeps - is a write about to put the device to sleep?
 * @igd: the device, open
 * @buf: the user's buffer, which may say something else when it is read again:
 *	the answer is good for what a user does well or badly to himself
 * @count: bytes
 * @pos: offset in configuration space
 */
bool igd_config_sleeps(const struct igd_device *igd, const char __user *buf,
		       size_t count, u64 pos)
{
	struct pci_dev *pdev = igd->core.pdev;
	u64 control = pdev->pm_cap + PCI_PM_CTRL;
	u8 value;

	if (!pdev->pm_cap || pos > control || control - pos >= count ||
	    get_user(value, (const u8 __user *)buf + (control - pos)))
		return false;
	return (value & PCI_PM_CTRL_STATE_MASK) == (__force u8)PCI_D3hot;
}

static void igd_config_look(struct igd_device *igd, struct igd_piece *piece)
{
	piece->space = IGD_CONFIG;
	igd_map_look(igd->config_map, piece);
}

const struct igd_window igd_config_window = {
	.index = VFIO_PCI_CONFIG_REGION_INDEX,
	.look = igd_config_look,
};
