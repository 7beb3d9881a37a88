// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that change the device's state: COMMAND, power states, resets, low
 * power, and what root does meanwhile
 *
 * Each leaves the device awake, so that those of others are not all refused.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fuzz.h"

#define SYSFS			"/sys/bus/pci/devices/" IGD_BDF "/"

/* The device may be closed meanwhile: nobody minds that it fails */
static bool config_put(unsigned int place, unsigned int width, u64 value)
{
	u8 bytes[4];

	put_le(bytes, width, value);
	return pwrite(target.vfio.device, bytes, width,
		      ((u64)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT) + place) ==
	       width;
}

bool change_command(struct worker *me)
{
	u16 value = draw_value(me, 2);
	static const u16 values[] = {
		0, PCI_COMMAND_IO, PCI_COMMAND_MEMORY, PCI_COMMAND_MASTER,
		PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0xffff,
	};
	u64 which = draw_below(me, ARRAY_SIZE(values) + 1);
	unsigned int width = 1 + draw_below(me, 2);
	bool again = !draw_one_in(me, 8);

	config_put(PCI_COMMAND, width,
		   which < ARRAY_SIZE(values) ? values[which] : value);
	read_bar0(me);
	return again && config_put(PCI_COMMAND, 2,
				   PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

bool sleep_and_wake(struct worker *me)
{
	static const u8 states[] = { 3, 3, 3, 1, 2 };
	u8 state = states[draw_below(me, ARRAY_SIZE(states))];

	if (!target.pm)
		return true;
	config_put(target.pm + PCI_PM_CTRL, 1, state);
	read_trapped(me);
	read_config(me);
	touch(me);
	return config_put(target.pm + PCI_PM_CTRL, 2, 0);
}

bool reset(struct worker *me)
{
	switch (draw_below(me, 4)) {
	case 0:
		return config_put(target.express + PCI_EXP_DEVCTL, 2,
				  PCI_EXP_DEVCTL_BCR_FLR);
	case 1:
		return target.af ? config_put(target.af + PCI_AF_CTRL, 1,
					      PCI_AF_CTRL_FLR) : true;
	default:
		return !ioctl(target.vfio.device, VFIO_DEVICE_RESET);
	}
}

/* While it sleeps, whatever asks it something wakes it up */
bool low_power(struct worker *me)
{
	struct {
		struct vfio_device_feature feature;
		__s32 wakeup;
		__u32 reserved;
	} request = {
		.feature.argsz = sizeof(request.feature),
		.feature.flags = VFIO_DEVICE_FEATURE_SET |
				 VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
		.wakeup = target.event,
	};
	bool entered;

	if (draw_one_in(me, 2)) {
		request.feature.argsz = sizeof(request);
		request.feature.flags = VFIO_DEVICE_FEATURE_SET |
			VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP;
	}
	entered = !ioctl(target.vfio.device, VFIO_DEVICE_FEATURE, &request);
	read_trapped(me);
	read_config(me);
	touch(me);
	request.feature.argsz = sizeof(request.feature);
	request.feature.flags = VFIO_DEVICE_FEATURE_SET |
				VFIO_DEVICE_FEATURE_LOW_POWER_EXIT;
	ioctl(target.vfio.device, VFIO_DEVICE_FEATURE, &request);
	return entered;
}

static bool read_attributes(void)
{
	DIR *dir = opendir(SYSFS "igd");
	char path[300], text[256];
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd;

		snprintf(path, sizeof(path), SYSFS "igd/%s", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		read(fd, text, sizeof(text));
		close(fd);
	}
	if (dir)
		closedir(dir);
	return dir;
}

/*
 * By another program, which has nothing of the device: it waits for whoever takes the
 * device away, and he for those who have it.
 */
static bool run_other(const char *command)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid > 0;
}

bool be_root(struct worker *me)
{
	switch (draw_below(me, 8)) {
	case 0:
		return run_other("echo 1 >" SYSFS "reset");
	case 1:
		return run_other(draw_one_in(me, 2) ?
				 "echo on >" SYSFS "power/control" :
				 "echo auto >" SYSFS "power/control");
	default:
		return read_attributes();
	}
}
