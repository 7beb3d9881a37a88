// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory runs out: each allocation, each mapping and each copy from or to the user that
 * an operation makes fails in turn, the first, the second, and so on, until it has none
 * left. Whatever came of it, the device is as it was before or as it is afterwards, and
 * the next try works.
 *
 * It takes a kernel with fault injection: selftests/debug builds one, and looks for
 * what is lost meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#define FAIL_NTH		"/proc/thread-self/fail-nth"
#define DEBUGFS			"/sys/kernel/debug/"
#define DEVICE			"/sys/bus/pci/devices/" IGD_BDF "/"
#define DRIVER			"/sys/bus/pci/drivers/" IGD_DRIVER "/"
#define REFERENCES		"/sys/module/vfio_pci_igd/refcnt"

/* Scratch registers of the display, which do nothing */
#define SCRATCH			0x4f100
#define SCRATCH_VALUE		0x11223344
#define ASLS			0xfc
#define ASLS_VALUE		0x55667788
#define INFO			VFIO_PCI_IGD_MMIO_INFO

#define SHOWN			128

/* Each takes the one before it */
enum state {
	UNBOUND,
	BOUND,
	READY,			/* all is there that opening it takes */
	OPEN,
	STATES,
};

FIXTURE(failnth)
{
	const struct machine *machine;
	enum state state;
	struct vfio vfio;
	int fail;
	int bind, unbind;
	u8 *map;
	unsigned int num_regions;
	struct region regions[16];
	struct region rom, opregion;
	unsigned int pm;	/* where the capability is */
	/* What the kernel has to say while nobody has the device open */
	char *iomem[READY];
	char *references[READY];
	/* What igd/ has to say from when it is bound on */
	char shown[STATES][SHOWN];
};

FIXTURE_VARIANT(failnth)
{
	const char *name;
	enum vfio_api api;
	enum state from;
	enum state to;
	int (*act)(FIXTURE_DATA(failnth) *self);
	bool awake;		/* bound with disable_idle_d3 */
	bool resets;		/* they take most of the time where they do not matter */
	bool cannot_fail;
};

static void be(FIXTURE_DATA(failnth) *self, enum vfio_api api, enum state state)
{
	if (self->map)
		munmap(self->map, PAGE);
	self->map = NULL;
	if (self->state > state && self->state >= READY) {
		vfio_close(&self->vfio);
		self->state = BOUND;
	}
	if (self->state > state) {
		host_unbind(IGD_BDF);
		host_write(DEVICE "driver_override", IGD_DRIVER);
		self->state = UNBOUND;
	}

	if (self->state < state && self->state == UNBOUND) {
		host_need_bound();
		self->state = BOUND;
	}
	if (self->state < state && self->state == BOUND) {
		vfio_prepare(&self->vfio, api);
		self->state = READY;
	}
	if (self->state < state) {
		int ret = vfio_start(&self->vfio);

		if (ret)
			die("the device does not open any more: %s",
			    strerror(-ret));
		vfio_enable(&self->vfio);
		self->state = OPEN;
	}
}

/*
 * /proc/iomem, to be freed. Where the kernel has no memory to note that a range is
 * taken, the driver takes it in two pieces: what touches and has one name is one.
 */
static char *iomem(void)
{
	struct resource list[256];
	size_t count = host_iomem(list, ARRAY_SIZE(list)), size, i;
	char *text = NULL;
	FILE *file = open_memstream(&text, &size);

	for (i = 0; i < count; i++) {
		u64 start = list[i].start;

		while (i + 1 < count && list[i].last + 1 == list[i + 1].start &&
		       !strcmp(list[i].name, list[i + 1].name))
			i++;
		fprintf(file, "%llx-%llx %s\n", start, list[i].last, list[i].name);
	}
	fclose(file);
	return text;
}

/* The next guest's size and its ROM: a guest that did not come leaves nothing there */
static void show(char text[SHOWN])
{
	char size[32], rom[64];

	host_attribute("igd/gms_mb", size, sizeof(size));
	host_attribute("igd/rom", rom, sizeof(rom));
	snprintf(text, SHOWN, "%s MiB, ROM '%s'", size, rom);
}

/* Where the device is, nothing is left of where it was */
static void check(struct __test_metadata *_metadata, FIXTURE_DATA(failnth) *self)
{
	char *now, *references, shown[SHOWN];

	EXPECT_EQ(self->state != UNBOUND, host_is_bound(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(self->state == UNBOUND, !!access(DEVICE "igd", F_OK));
	EXPECT_EQ(self->state == UNBOUND, !!access(DEVICE "vfio-dev", F_OK));
	if (self->state != UNBOUND) {
		show(shown);
		EXPECT_STREQ(self->shown[self->state], shown);
	}
	if (self->state >= READY)
		return;

	now = iomem();
	references = host_read(REFERENCES);
	EXPECT_STREQ(self->iomem[self->state], now);
	EXPECT_STREQ(self->references[self->state], references);
	free(now);
	free(references);
}

static int do_bind(FIXTURE_DATA(failnth) *self)
{
	return write(self->bind, IGD_BDF, strlen(IGD_BDF)) < 0 ? -errno : 0;
}

static int do_unbind(FIXTURE_DATA(failnth) *self)
{
	return write(self->unbind, IGD_BDF, strlen(IGD_BDF)) < 0 ? -errno : 0;
}

/* The driver registers its regions in it, and loads the ROM */
static int do_open(FIXTURE_DATA(failnth) *self)
{
	return vfio_start(&self->vfio);
}

/* It has no way to fail */
static int do_close(FIXTURE_DATA(failnth) *self)
{
	vfio_close(&self->vfio);
	return 0;
}

static int do_reset(FIXTURE_DATA(failnth) *self)
{
	return ioctl(self->vfio.device, VFIO_DEVICE_RESET) ? -errno : 0;
}

static int do_region_info(FIXTURE_DATA(failnth) *self)
{
	struct region region;
	unsigned int i;
	int ret;

	for (i = 0; i < self->num_regions; i++) {
		ret = vfio_region(&self->vfio, i, &region);
		/* VGA, on a machine that has none */
		if (ret == -EINVAL && !self->regions[i].size)
			continue;
		if (ret)
			return ret;
		if (region.size != self->regions[i].size ||
		    region.flags != self->regions[i].flags ||
		    region.areas != self->regions[i].areas)
			die("region %u is another one", i);
	}
	return 0;
}

static sigjmp_buf no_page;

static void on_sigbus(int signal)
{
	siglongjmp(no_page, 1);
}

static int do_mmap(FIXTURE_DATA(failnth) *self)
{
	off_t bar0 = self->regions[VFIO_PCI_BAR0_REGION_INDEX].offset;
	u32 value;

	self->map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->vfio.device, bar0 + SCRATCH / PAGE * PAGE);
	if (self->map == MAP_FAILED) {
		self->map = NULL;
		return -errno;
	}
	if (sigsetjmp(no_page, 1))
		return -EFAULT;
	value = *(volatile u32 *)(self->map + SCRATCH % PAGE);
	if (value != SCRATCH_VALUE)
		die("%#x is mapped, not %#x", value, SCRATCH_VALUE);
	return 0;
}

/* Of what is done in part, nobody says what failed */
static int done(ssize_t did, size_t len)
{
	return did == (ssize_t)len ? 0 : did < 0 ? -errno : -EIO;
}

static int get(FIXTURE_DATA(failnth) *self, const struct region *region,
	       u64 offset, void *bytes, size_t len)
{
	memset(bytes, 0, len);
	return done(pread(self->vfio.device, bytes, len,
			  region->offset + offset), len);
}

static int put(FIXTURE_DATA(failnth) *self, const struct region *region,
	       u64 offset, const void *bytes, size_t len)
{
	return done(pwrite(self->vfio.device, bytes, len,
			   region->offset + offset), len);
}

/* What came without an error has to be right */
static int get_this(FIXTURE_DATA(failnth) *self, const struct region *region,
		    u64 offset, const void *expected, size_t len)
{
	u8 found[64];
	int ret = get(self, region, offset, found, len);

	if (!ret && memcmp(expected, found, len))
		die("%zu bytes at %#llx of region %u are other ones", len,
		    offset, region->index);
	return ret;
}

/* Virtual registers, the hardware's beside them, of all widths, and what is denied */
static int do_access(FIXTURE_DATA(failnth) *self)
{
	const struct region *config = &self->regions[VFIO_PCI_CONFIG_REGION_INDEX];
	const struct region *bar0 = &self->regions[VFIO_PCI_BAR0_REGION_INDEX];
	static const unsigned int widths[] = { 1, 2, 3, 4, 8 };
	u8 asls[8], info[8], bytes[64];
	unsigned int i;
	int ret = 0;

	put_le(asls, 4, ASLS_VALUE);
	put_le(info, 8, VFIO_PCI_IGD_INFO_MAGIC);
	ret = ret ?: put(self, config, ASLS, asls, 4);
	ret = ret ?: get_this(self, config, ASLS, asls, 4);
	ret = ret ?: put(self, config, ASLS + 1, asls + 1, 3);
	ret = ret ?: get(self, config, 0, bytes, sizeof(bytes));
	ret = ret ?: get(self, config, ASLS - 4, bytes, 8);
	if (!ret && memcmp(asls, bytes + 4, 4))
		die("ASLS is another one");
	for (i = 0; i < ARRAY_SIZE(widths); i++)
		ret = ret ?: get_this(self, bar0, INFO, info, widths[i]);
	ret = ret ?: get(self, bar0, GAP_START - 8, bytes, 16);
	ret = ret ?: put(self, bar0, INFO, bytes, 4);
	ret = ret ?: get_this(self, &self->opregion, 0, "IntelGraphicsMem", 16);
	ret = ret ?: get_this(self, &self->rom, 0, "\x55\xaa", 2);
	return ret;
}

static int do_ports(FIXTURE_DATA(failnth) *self)
{
	const struct region *bar4 = &self->regions[VFIO_PCI_BAR4_REGION_INDEX];
	u8 index[4], data[4];
	int ret;

	put_le(index, 4, INFO);
	put_le(data, 4, (u32)VFIO_PCI_IGD_INFO_MAGIC);
	ret = put(self, bar4, 0, index, 4);
	ret = ret ?: get_this(self, bar4, 0, index, 4);
	return ret ?: get_this(self, bar4, 4, data, 4);
}

/* To D3hot and back again, which has the display turned off before */
static int do_sleep(FIXTURE_DATA(failnth) *self)
{
	const struct region *config = &self->regions[VFIO_PCI_CONFIG_REGION_INDEX];
	static const u8 d3hot[] = { 3 }, d0[] = { 0 };
	int ret;

	ret = put(self, config, self->pm + PCI_PM_CTRL, d3hot, 1);
	return ret ?: put(self, config, self->pm + PCI_PM_CTRL, d0, 1);
}

#define FAILNTH(what, ...) \
	FIXTURE_VARIANT_ADD(failnth, what) { .name = #what, __VA_ARGS__ }

FAILNTH(bind, .from = UNBOUND, .to = BOUND, .act = do_bind);
FAILNTH(bind_awake, .from = UNBOUND, .to = BOUND, .act = do_bind, .awake = true);
FAILNTH(unbind, .from = BOUND, .to = UNBOUND, .act = do_unbind);
FAILNTH(open_group, .from = READY, .to = OPEN, .act = do_open, .resets = true,
	.api = VFIO_GROUP_API);
FAILNTH(open_cdev, .from = READY, .to = OPEN, .act = do_open, .resets = true,
	.api = VFIO_CDEV_API);
FAILNTH(close_group, .from = OPEN, .to = BOUND, .act = do_close, .resets = true,
	.api = VFIO_GROUP_API);
FAILNTH(close_cdev, .from = OPEN, .to = BOUND, .act = do_close, .resets = true,
	.api = VFIO_CDEV_API);
FAILNTH(reset, .from = OPEN, .to = OPEN, .act = do_reset, .resets = true);
FAILNTH(region_info, .from = OPEN, .to = OPEN, .act = do_region_info);
FAILNTH(mmap, .from = OPEN, .to = OPEN, .act = do_mmap);
FAILNTH(read_write, .from = OPEN, .to = OPEN, .act = do_access);
FAILNTH(ports, .from = OPEN, .to = OPEN, .act = do_ports, .cannot_fail = true);
FAILNTH(sleep, .from = OPEN, .to = OPEN, .act = do_sleep);

/*
 * kmemleak notes each piece of memory in one of its own, and has a pool for when there
 * is none: half of all that fails would be that
 */
static void let_fail(const char *slab)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/failslab", slab);
	host_write(path, strstr(slab, "/kmemleak") ? "0" : "1");
}

/* Not only where nobody waits, of any size, and without a trace of each in the log */
static bool can_fail(void)
{
	static const char * const settings[][2] = {
		{ DEBUGFS "failslab/cache-filter", "Y" },
		{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
		{ DEBUGFS "failslab/verbose", "0" },
		{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
		{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ DEBUGFS "fail_page_alloc/min-order", "0" },
		{ DEBUGFS "fail_page_alloc/verbose", "0" },
		{ DEBUGFS "fail_usercopy/verbose", "0" },
	};
	unsigned int i;

	if (access(FAIL_NTH, F_OK))
		return false;
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (access(settings[i][0], F_OK))
			return false;
		host_write(settings[i][0], settings[i][1]);
	}
	host_each_slab(let_fail);
	return true;
}

FIXTURE_SETUP(failnth)
{
	const char *missing = vfio_api_missing(variant->api);
	struct sigaction action = { .sa_handler = on_sigbus };
	unsigned int i;

	if (missing)
		SKIP(return, "%s", missing);
	if (!can_fail())
		SKIP(return, "no " FAIL_NTH ", or no settings of it in " DEBUGFS ": CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC or CONFIG_FAULT_INJECTION_USERCOPY is off");

	self->machine = machine_here();
	if (variant->act == do_ports && !self->machine->bar4_size)
		SKIP(return, "the device has no ports");
	self->pm = sim_capability(PCI_CAP_ID_PM);
	host_rom_keep();
	host_rom_write_good();
	host_set_resets(variant->resets ? "default" : "");
	host_set_param("disable_idle_d3", variant->awake ? "1" : "0");
	host_set_param("gms_above_host", "1");
	host_set_param_number("gms_mb", machine_other_size(self->machine));
	self->fail = host_open(FAIL_NTH, O_RDWR);
	self->bind = host_open(DRIVER "bind", O_WRONLY);
	self->unbind = host_open(DRIVER "unbind", O_WRONLY);
	sigaction(SIGBUS, &action, NULL);

	/* Once all the way: what is made the first time is not this operation's */
	self->state = STATES;
	self->vfio.device = -1;
	self->vfio.group = -1;
	self->vfio.iommu = -1;
	be(self, variant->api, UNBOUND);
	be(self, variant->api, OPEN);
	self->num_regions = vfio_num_regions(&self->vfio);
	ASSERT_GE(ARRAY_SIZE(self->regions), self->num_regions);
	for (i = 0; i < self->num_regions; i++)
		vfio_region(&self->vfio, i, &self->regions[i]);
	self->rom = self->regions[VFIO_PCI_ROM_REGION_INDEX];
	ASSERT_TRUE(vfio_find_region(&self->vfio,
				     VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
				     &self->opregion));
	show(self->shown[OPEN]);
	be(self, variant->api, BOUND);
	show(self->shown[BOUND]);
	show(self->shown[READY]);
	EXPECT_STRNE(self->shown[OPEN], self->shown[BOUND]);
	for (i = READY; i--;) {
		be(self, variant->api, i);
		self->iomem[i] = iomem();
		self->references[i] = host_read(REFERENCES);
	}
}

FIXTURE_TEARDOWN_PARENT(failnth)
{
	host_unbind(IGD_BDF);
	host_rom_restore();
	host_set_param("disable_idle_d3", "0");
	host_set_param("gms_mb", "0");
	host_set_param("gms_above_host", "0");
	host_set_resets("default");
	host_need_bound();
}

static void fail_from_here(FIXTURE_DATA(failnth) *self, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(self->fail, text, len, 0) != len)
		die(FAIL_NTH ": %m");
}

/*
 * Has something failed by now? To read that, or to write there, copies from and to
 * this process, too, and may be what fails: then nothing had.
 */
static bool fail_no_more(FIXTURE_DATA(failnth) *self)
{
	char left[16] = "";
	ssize_t len;

	len = pread(self->fail, left, sizeof(left) - 1, 0);
	while (pwrite(self->fail, "0", 1, 0) != 1)
		if (errno != EFAULT)
			die(FAIL_NTH ": %m");
	return len > 0 && !atoi(left);
}

TEST_F_TIMEOUT(failnth, each_in_turn, 3600)
{
	unsigned int nth = 0, borne = 0;
	bool failed;
	int ret;

	/* Pages of this process's own that come with its first touch are not counted */
	if (variant->cannot_fail) {
		be(self, variant->api, variant->from);
		EXPECT_EQ(0, variant->act(self));
	}
	do {
		be(self, variant->api, variant->from);
		if (self->state == OPEN)
			bar0_write(&self->vfio, SCRATCH, 4, SCRATCH_VALUE);

		fail_from_here(self, ++nth);
		ret = variant->act(self);
		failed = fail_no_more(self);

		if (ret) {
			check(_metadata, self);
			be(self, variant->api, variant->from);
			EXPECT_EQ(0, variant->act(self))
				TH_LOG("after number %u failed", nth);
		} else if (failed) {
			borne++;
		}
		self->state = variant->to;
		check(_metadata, self);
		/* What came about all the same has to be whole, but for its node */
		if (failed && !ret) {
			if (self->state == BOUND && !vfio_has_node(variant->api))
				be(self, variant->api, UNBOUND);
			be(self, variant->api, OPEN);
		}
		if (_metadata->exit_code != KSFT_PASS) {
			TH_LOG("number %u failed, and the operation gave %d",
			       nth, ret);
			break;
		}
	} while (failed);

	/* What had failed keeps it awake no more */
	be(self, variant->api, UNBOUND);
	host_set_param("disable_idle_d3", "0");
	be(self, variant->api, BOUND);
	EXPECT_TRUE(host_power_becomes("suspended", 10000));

	/* Nothing failed at last, and before there was something that could */
	EXPECT_EQ(0, ret);
	EXPECT_EQ(variant->cannot_fail, nth == 1);
	ksft_print_msg("%s: %u failed in turn, %u of them without harm\n",
		       variant->name, nth - 1, borne);
	fflush(stdout);
}

TEST_HARNESS_MAIN
