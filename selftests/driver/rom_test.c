// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ROM region: a file's ROM, the device's own, or none. Nobody who reads it makes
 * the kernel look at a ROM BAR, as that goes to the log each time.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define LOOKS			50

/*
 * Where a PC's firmware of old has copied the display's ROM to. What Linux takes for
 * the ROM of the device that shows the boot's screen.
 */
#define SHADOW			0xc0000ULL
#define SHADOW_SIZE		0x20000u

/* Programmable attributes of memory from 0xc0000 on, in the host bridge: RAM, or not */
#define HOST_BRIDGE		"/sys/bus/pci/devices/0000:00:00.0/config"
#define PAM1			0x91
#define PAM_RAM			0x33

FIXTURE(rom)
{
	struct vfio vfio;
	struct region region;
	u8 image[512];		/* what was at SHADOW */
	u8 pam;
	bool shadowed;
};

static u8 pam(int value)
{
	u8 old, new = value;
	FILE *file = fopen(HOST_BRIDGE, "r+e");

	if (!file || fseek(file, PAM1, SEEK_SET) || fread(&old, 1, 1, file) != 1 ||
	    fseek(file, PAM1, SEEK_SET) || fwrite(&new, 1, 1, file) != 1 ||
	    fclose(file))
		die(HOST_BRIDGE ": %m");
	return old;
}

FIXTURE_SETUP(rom)
{
	self->vfio.device = -1;
	self->vfio.group = -1;
	self->vfio.iommu = -1;
	host_need_bound();
	host_rom_keep();
}

FIXTURE_TEARDOWN_PARENT(rom)
{
	vfio_close(&self->vfio);
	if (self->shadowed) {
		host_mem_write(SHADOW, self->image, sizeof(self->image));
		pam(self->pam);
	}
	host_rom_restore();
	host_bind(IGD_BDF, IGD_DRIVER);
}

/* Bound anew, so that what it has itself is looked at, and opened */
static void open_anew(struct vfio *vfio, struct region *region)
{
	int ret = host_bind(IGD_BDF, IGD_DRIVER);

	if (!ret)
		ret = vfio_open(vfio, VFIO_GROUP_API);
	if (!ret)
		ret = vfio_region(vfio, VFIO_PCI_ROM_REGION_INDEX, region);
	if (ret)
		die("the device does not open: %s", strerror(-ret));
}

/* The bits of the ROM BAR that a guest can set */
static u32 bar_bits(const struct vfio *vfio)
{
	config_write(vfio, PCI_ROM_ADDRESS, 4, ~0u);
	return config_read(vfio, PCI_ROM_ADDRESS, 4);
}

static ssize_t rom_read(const struct vfio *vfio, const struct region *region,
			u64 pos, void *buf, size_t len)
{
	ssize_t done = pread(vfio->device, buf, len, region->offset + pos);

	return done < 0 ? -errno : done;
}

#define EXPECT_SILENCE() \
	EXPECT_STREQ("", klog_since())

TEST_F(rom, a_file)
{
	u8 bytes[4096];

	host_rom_write_good();
	open_anew(&self->vfio, &self->region);
	/* The smallest BAR; behind the image's 512 bytes as flash is */
	ASSERT_EQ(2048, self->region.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ, self->region.flags);
	EXPECT_EQ(2048, rom_read(&self->vfio, &self->region, 0, bytes,
				 sizeof(bytes)));
	EXPECT_EQ(0xaa55, get_le(bytes, 2));
	EXPECT_EQ(0xff, bytes[512]);
	EXPECT_EQ(0xff, bytes[2047]);
	EXPECT_EQ(2, rom_read(&self->vfio, &self->region, 2046, bytes, 8));
	EXPECT_EQ(-EINVAL, rom_read(&self->vfio, &self->region, 2048, bytes, 1));
	EXPECT_EQ(-1, pwrite(self->vfio.device, bytes, 4, self->region.offset));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(~2047u | PCI_ROM_ADDRESS_ENABLE, bar_bits(&self->vfio));
}

/* SeaBIOS runs what names the device, and has the right sum */
TEST_F(rom, a_file_of_another_device)
{
	u8 file[512], bytes[512], sum = 0;
	unsigned int i;

	host_rom_image(file);
	put_le(file + HOST_ROM_PCIR + 6, 2, 0x1234);
	host_rom_write(file, sizeof(file));
	open_anew(&self->vfio, &self->region);
	ASSERT_EQ(sizeof(bytes), rom_read(&self->vfio, &self->region, 0, bytes,
					  sizeof(bytes)));
	EXPECT_EQ(sim_read("config", PCI_DEVICE_ID, 2),
		  get_le(bytes + HOST_ROM_PCIR + 6, 2));
	for (i = 0; i < sizeof(bytes); i++)
		sum += bytes[i] - file[i];
	EXPECT_EQ(0, sum);
}

/* What lies behind the last image is nobody's, as in flash */
TEST_F(rom, the_largest_file)
{
	static u8 file[HOST_ROM_LARGEST + 1];
	u8 last = 0;

	host_rom_image(file);
	file[HOST_ROM_LARGEST - 1] = 0x5a;
	host_rom_write(file, HOST_ROM_LARGEST);
	open_anew(&self->vfio, &self->region);
	ASSERT_EQ(HOST_ROM_LARGEST, self->region.size);
	EXPECT_EQ(1, rom_read(&self->vfio, &self->region, HOST_ROM_LARGEST - 1,
			      &last, 1));
	EXPECT_EQ(0x5a, last);
	EXPECT_EQ(~(HOST_ROM_LARGEST - 1) | PCI_ROM_ADDRESS_ENABLE,
		  bar_bits(&self->vfio));
	vfio_close(&self->vfio);

	host_rom_write(file, HOST_ROM_LARGEST + 1);
	klog_mark();
	open_anew(&self->vfio, &self->region);
	EXPECT_EQ(0, self->region.size);
	EXPECT_EQ(1, klog_count("it is larger than 16 MiB"))
		TH_LOG("in: %.1000s", klog_since());
}

TEST_F(rom, none)
{
	struct region again;
	u8 bytes[4];

	open_anew(&self->vfio, &self->region);
	ASSERT_EQ(0, self->region.size);
	EXPECT_EQ(0, self->region.flags);

	klog_mark();
	for (unsigned int i = 0; i < LOOKS; i++) {
		EXPECT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_ROM_REGION_INDEX,
					 &again));
		EXPECT_EQ(-EINVAL, rom_read(&self->vfio, &self->region, 0, bytes,
					    sizeof(bytes)));
	}
	EXPECT_SILENCE();
}

/* As of when the device was bound: the host's memory there is anybody's */
TEST_F(rom, the_devices_own)
{
	struct region again;
	char name[64];
	u8 bytes[1024];

	self->pam = pam(PAM_RAM);
	if (host_mem_read(SHADOW, self->image, sizeof(self->image)))
		die("/dev/mem: %m");
	self->shadowed = true;
	host_rom_image(bytes);
	ASSERT_EQ(0, host_mem_write(SHADOW, bytes, 512));

	open_anew(&self->vfio, &self->region);
	ASSERT_EQ(SHADOW_SIZE, self->region.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ, self->region.flags);
	EXPECT_EQ(~(SHADOW_SIZE - 1) | PCI_ROM_ADDRESS_ENABLE,
		  bar_bits(&self->vfio));
	host_attribute("igd/rom", name, sizeof(name));
	EXPECT_STREQ("", name);

	host_mem_write(SHADOW, "gone", 4);
	klog_mark();
	for (unsigned int i = 0; i < LOOKS; i++) {
		EXPECT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_ROM_REGION_INDEX,
					 &again));
		EXPECT_EQ(512, rom_read(&self->vfio, &self->region, 0,
					bytes + 512, 512));
	}
	EXPECT_EQ(0, memcmp(bytes, bytes + 512, 512));
	EXPECT_SILENCE();

	/* A second open has it, too, and a file goes before it */
	vfio_close(&self->vfio);
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	EXPECT_EQ(512, rom_read(&self->vfio, &self->region, 0, bytes + 512, 512));
	EXPECT_EQ(0, memcmp(bytes, bytes + 512, 512));
	vfio_close(&self->vfio);
	host_rom_write_good();
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_ROM_REGION_INDEX, &again));
	EXPECT_EQ(2048, again.size);
}

TEST_HARNESS_MAIN
