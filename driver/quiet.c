// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: a quiet hand-over
 *
 * The display reads memory sixty times a second, through a GTT of addresses of
 * whoever had the device before. Handed over like that, it reads what the IOMMU
 * does not let it, and fills the host's log. So, whenever the device changes hands:
 *
 *   VGA, planes, sprites, cursors	off, armed as i915 does it
 *   a frame				waited for, as only then they are off
 *   the GTT				points nowhere
 *   DBUF				asked for, where it is on without that
 *
 * Registers are looked at only where a power well and a transcoder are on: what
 * shows nothing reads nothing, and without power or clock a register may not
 * answer. The GTT is written through BAR0. To write to GTT stolen memory by the
 * CPU stops the machine, and BAR4's index reaches no GTT from gen 11 on.
 *
 * This is all that the driver itself ever writes to a device.
 */

#include <linux/delay.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/pm.h>

#include "igd.h"
#include "trace.h"

static bool quiesce = true;
module_param(quiesce, bool, 0644);
MODULE_PARM_DESC(quiesce,
		 "Turn the display off and empty the GTT when the device changes hands (default: yes)");

#define IGD_ON				BIT(31)
#define IGD_VGA_OFF			BIT(31)
#define IGD_CURSOR_MODE			0x27
#define IGD_CXSR_ON			BIT(15)
#define IGD_DBUF_REQUEST		BIT(31)
#define IGD_DBUF_STATE			BIT(30)
#define IGD_GTT_FLUSH			0x101008	/* GFX_FLSH_CNTL */

/* Frames may be as far apart as 24 a second has them */
#define IGD_FRAME_US			100000
#define IGD_FRAME_POLL_US		500

/* What one look at the display works with, and what it found */
struct igd_screen {
	struct igd_device *igd;
	const struct igd_display *display;
	void __iomem *regs;
	u32 wells;
	bool empty_gtt;
	struct igd_quiet_found found;
};

static u32 igd_reg(const struct igd_screen *screen, u32 reg)
{
	return ioread32(screen->regs + reg);
}

static void igd_reg_set(const struct igd_screen *screen, u32 reg, u32 value)
{
	iowrite32(value, screen->regs + reg);
}

static bool igd_powered(const struct igd_screen *screen, u32 well)
{
	return !well || screen->wells & well;
}

/* Without one that is on, no pipe runs */
static bool igd_transcoder_on(const struct igd_screen *screen)
{
	const struct igd_transcoder *transcoder;

	for (transcoder = screen->display->transcoders; transcoder->conf;
	     transcoder++)
		if (igd_powered(screen, transcoder->well) &&
		    igd_reg(screen, transcoder->conf) & IGD_ON)
			return true;
	return false;
}

/* A plane's control register counts once its surface is written */
static unsigned int igd_planes_off(const struct igd_screen *screen, u32 control,
				   unsigned int count, u32 keep, bool scaler)
{
	unsigned int lit = 0;

	for (; count; count--, control += IGD_PLANE_STEP) {
		u32 value = igd_reg(screen, control);

		if (!(value & IGD_ON))
			continue;
		igd_reg_set(screen, control, value & keep);
		if (scaler)
			igd_reg_set(screen, control + IGD_PLANE_SCALER, 0);
		igd_reg_set(screen, control + IGD_PLANE_SURFACE, 0);
		lit++;
	}
	return lit;
}

static unsigned int igd_cursor_off(const struct igd_screen *screen, u32 control)
{
	if (!(igd_reg(screen, control) & IGD_CURSOR_MODE))
		return 0;
	igd_reg_set(screen, control, 0);
	igd_reg_set(screen, control + IGD_CURSOR_BASE, 0);
	return 1;
}

/* Only at the next frame's start is what was armed in force */
static bool igd_frame(const struct igd_screen *screen, const struct igd_pipe *pipe)
{
	u32 before = igd_reg(screen, pipe->frame), now;

	return !read_poll_timeout(igd_reg, now, now != before,
				  IGD_FRAME_POLL_US, IGD_FRAME_US, false, screen,
				  pipe->frame);
}

static void igd_pipe_off(struct igd_screen *screen, const struct igd_pipe *pipe)
{
	const struct igd_display *display = screen->display;
	unsigned int lit;

	lit = igd_planes_off(screen, pipe->sprite, display->sprites, 0,
			     display->scalers);
	lit += igd_planes_off(screen, pipe->plane, display->planes, display->keep,
			      false);
	lit += igd_cursor_off(screen, pipe->cursor);
	if (!lit)
		return;

	screen->found.planes += lit;
	if (!igd_frame(screen, pipe))
		screen->found.late++;
}

/* It holds planes as they are, until the frame after it is off */
static void igd_cxsr_off(const struct igd_screen *screen)
{
	const struct igd_display *display = screen->display;

	if (!display->cxsr || !(igd_reg(screen, display->cxsr) & IGD_CXSR_ON))
		return;
	igd_reg_set(screen, display->cxsr, 0);
	igd_frame(screen, display->pipes);
}

static void igd_vga_off(struct igd_screen *screen)
{
	if (igd_reg(screen, screen->display->vga) & IGD_VGA_OFF)
		return;
	igd_reg_set(screen, screen->display->vga, IGD_VGA_OFF);
	screen->found.planes++;
}

static void igd_display_off(struct igd_screen *screen)
{
	const struct igd_pipe *pipe;

	igd_cxsr_off(screen);
	igd_vga_off(screen);
	for (pipe = screen->display->pipes; pipe->frame; pipe++)
		if (igd_powered(screen, pipe->well))
			igd_pipe_off(screen, pipe);
}

/*
 * Firmware may leave a slice on that nobody asks for. A driver that reads the
 * request takes it for off, one that reads the state for on, and planes that are
 * given room in it show stripes once it goes.
 */
static void igd_dbuf_agree(struct igd_screen *screen)
{
	unsigned int i;

	for (i = 0; i < screen->display->dbuf; i++) {
		u32 value = igd_reg(screen, igd_dbuf_ctl[i]);

		if (!(value & IGD_DBUF_STATE) || value & IGD_DBUF_REQUEST)
			continue;
		igd_reg_set(screen, igd_dbuf_ctl[i], value | IGD_DBUF_REQUEST);
		screen->found.slices++;
	}
}

/* Entries of all 0 are not present. Returns 0 or -ENOMEM */
static int igd_gtt_empty(struct igd_screen *screen)
{
	struct pci_dev *pdev = screen->igd->core.pdev;
	u64 half = pci_resource_len(pdev, 0) / 2;
	u64 count = half / screen->display->entry, i;
	void __iomem *gtt;

	gtt = pci_iomap_range(pdev, 0, half, half);
	if (!gtt)
		return -ENOMEM;
	/* From gen 8 on half an entry must not be seen */
	if (screen->display->entry == 8)
		for (i = 0; i < count; i++)
			writeq(0, gtt + i * 8);
	else
		for (i = 0; i < count; i++)
			writel(0, gtt + i * 4);
	pci_iounmap(pdev, gtt);

	igd_reg_set(screen, IGD_GTT_FLUSH, 1);
	igd_reg(screen, IGD_GTT_FLUSH);
	screen->found.entries = count;
	return 0;
}

/* Returns 0, or why the device is left as it is */
static int igd_screen_quiet(struct igd_screen *screen)
{
	u32 vga = igd_reg(screen, screen->display->vga);
	int ret = 0;

	if (screen->display->wells)
		screen->wells = igd_reg(screen, screen->display->wells);
	/* All wells may be on, and asked for; but VGACNTRL has bits that are 0 */
	if (PCI_POSSIBLE_ERROR(vga))
		return -ENODEV;

	if (igd_transcoder_on(screen))
		igd_display_off(screen);
	igd_dbuf_agree(screen);
	if (screen->empty_gtt)
		ret = igd_gtt_empty(screen);
	return ret;
}

/**
 * igd_asleep - is the device in a state in which BAR0 does not answer?
 * @igd: the device
 */
bool igd_asleep(const struct igd_device *igd)
{
	pci_power_t state = igd->core.pdev->current_state;

	return state == PCI_D3hot || state == PCI_D3cold;
}

/* BAR0 may be off, as the last user left it. Returns 0 or why it is out of reach */
static int igd_screen_map(struct igd_screen *screen)
{
	struct pci_dev *pdev = screen->igd->core.pdev;
	u16 command;
	int ret;

	if (igd_asleep(screen->igd))
		return -EHOSTDOWN;
	if (!pci_resource_start(pdev, 0) ||
	    pci_read_config_word(pdev, PCI_COMMAND, &command) ||
	    PCI_POSSIBLE_ERROR(command))
		return -ENODEV;

	screen->regs = pci_iomap_range(pdev, 0, 0, pci_resource_len(pdev, 0) / 2);
	if (!screen->regs)
		return -ENOMEM;
	igd_memory_on(pdev);
	ret = igd_screen_quiet(screen);
	igd_memory_restore(pdev, command);
	pci_iounmap(pdev, screen->regs);
	return ret;
}

/* Each once as long as the device is bound: a guest can bring them about */
static void igd_quiet_say(struct igd_device *igd,
			  const struct igd_quiet_found *found, int ret)
{
	if (ret == -EHOSTDOWN)
		igd_say(igd, IGD_CAUSE_ASLEEP,
			"the device sleeps: its display is left as it is");
	else if (ret)
		igd_say(igd, IGD_CAUSE_SILENT,
			"BAR0 %s: the display is left as it is, and may read memory that is not its own",
			ret == -ENOMEM ? "cannot be mapped" : "does not answer");
	else if (found->late)
		igd_say(igd, IGD_CAUSE_LATE,
			"no frame came within %d ms of turning planes off: they may still read memory",
			IGD_FRAME_US / 1000);
}

/**
 * igd_quiet - make the display read nothing any more
 * @igd: the device; whoever else works with its BAR0 meanwhile hurts only himself
 * @when: what is happening to it, for people
 * @empty_gtt: empty the GTT, too: nobody goes on with what is in it
 *
 * Takes a frame for each pipe that shows something, 100 ms at most, and the time
 * to write all of the GTT, unless that is empty. A device that sleeps is left
 * alone: what was on in it was turned off before it went to sleep.
 */
void igd_quiet(struct igd_device *igd, const char *when, bool empty_gtt)
{
	struct igd_screen screen = {
		.igd = igd,
		.display = igd->platform->display,
	};
	ktime_t start = ktime_get();
	int ret;

	if (!READ_ONCE(quiesce) || !screen.display)
		return;

	mutex_lock(&igd->quiet_lock);
	screen.empty_gtt = empty_gtt && igd->gtt_used;
	ret = igd_screen_map(&screen);
	if (!ret && screen.empty_gtt)
		igd->gtt_used = igd->in_use;
	screen.found.us = ktime_us_delta(ktime_get(), start);
	if (screen.found.planes || screen.found.slices)
		igd->quiet = screen.found;
	igd_quiet_say(igd, &screen.found, ret);
	mutex_unlock(&igd->quiet_lock);

	if (!ret)
		trace_igd_quiet(igd->core.pdev, when, &screen.found);
}

/**
 * igd_quiet_use - note that somebody begins or ends to use the device
 * @igd: the device
 * @in_use: begins
 */
void igd_quiet_use(struct igd_device *igd, bool in_use)
{
	mutex_lock(&igd->quiet_lock);
	igd->in_use = in_use;
	igd->gtt_used |= in_use;
	mutex_unlock(&igd->quiet_lock);
}

/**
 * igd_quiet_sleep - the device's user is about to send it to D3hot
 * @igd: the device, open
 *
 * The GTT stays: the user goes on with it when the device is awake again.
 */
void igd_quiet_sleep(struct igd_device *igd)
{
	/* Nobody else is to turn memory decoding on or off meanwhile */
	down_write(&igd->core.memory_lock);
	igd_quiet(igd, "D3hot", false);
	up_write(&igd->core.memory_lock);
}

/* While the host goes to sleep and wakes up, nobody opens or closes the device */
static int igd_host_sleeps(struct device *dev)
{
	struct igd_device *igd = igd_from_dev(dev);

	igd_quiet(igd, "host's sleep", !igd->in_use);
	return 0;
}

/* What its firmware has lit and mapped by then, nobody knows */
static int igd_host_wakes(struct device *dev)
{
	struct igd_device *igd = igd_from_dev(dev);

	igd->gtt_used = true;
	igd_quiet(igd, "host's waking up", !igd->in_use);
	return 0;
}

/* vfio-pci-core's, which do the rest */
static const struct dev_pm_ops *igd_core_pm;

/* Without a user it is quiet already */
static int igd_runtime_suspend(struct device *dev)
{
	struct igd_device *igd = igd_from_dev(dev);

	if (igd->in_use)
		igd_quiet(igd, "low power", false);
	return igd_core_pm->runtime_suspend(dev);
}

static int igd_runtime_resume(struct device *dev)
{
	return igd_core_pm->runtime_resume(dev);
}

static const struct dev_pm_ops igd_pm = {
	SET_SYSTEM_SLEEP_PM_OPS(igd_host_sleeps, igd_host_wakes)
	SET_RUNTIME_PM_OPS(igd_runtime_suspend, igd_runtime_resume, NULL)
};

/**
 * igd_quiet_pm - be called when the device or the host goes to sleep and wakes up
 * @driver: this driver; vfio-pci-core has just put its own operations there
 */
void igd_quiet_pm(struct device_driver *driver)
{
	igd_core_pm = driver->pm;
	driver->pm = &igd_pm;
}
