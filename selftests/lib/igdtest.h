/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests share: the device through VFIO, igdsim behind it, and the
 * kernel around it
 *
 * A function that has no way to say that it failed ends the test instead, with
 * a line that says what was expected and what was found.
 */
#ifndef IGDTEST_H
#define IGDTEST_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../../uapi/vfio_pci_igd.h"

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef unsigned long long u64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#endif

#define IGD_BDF			"0000:00:02.0"
#define IGD_DRIVER		"vfio-pci-igd"
#define PAGE			4096u

#define GAP_START		VFIO_PCI_IGD_GAP_OFFSET
#define GAP_END			(GAP_START + VFIO_PCI_IGD_GAP_SIZE)

/* util.c */
void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));
u64 get_le(const void *bytes, unsigned int width);
void put_le(void *bytes, unsigned int width, u64 value);

/*
 * vfio.c: the device as a VMM sees it
 */
enum vfio_api {
	VFIO_GROUP_API,		/* /dev/vfio/GROUP and a type 1 container */
	VFIO_CDEV_API,		/* /dev/vfio/devices/vfioN and iommufd */
};

struct vfio {
	enum vfio_api api;
	int device;
	int group;		/* VFIO_GROUP_API */
	int iommu;		/* container, or /dev/iommu */
};

struct region {
	u32 index;
	u32 flags;
	u64 offset;
	u64 size;
	u32 type;		/* 0: one of the standard ones */
	u32 subtype;
	unsigned int areas;	/* that may be mapped; 0: no such capability */
	struct vfio_region_sparse_mmap_area area[8];
};

const char *vfio_api_missing(enum vfio_api api);
int vfio_open(struct vfio *vfio, enum vfio_api api);
void vfio_device_name(char *name, size_t room);
bool vfio_has_node(enum vfio_api api);
void vfio_prepare(struct vfio *vfio, enum vfio_api api);
int vfio_start(struct vfio *vfio);
void vfio_close(struct vfio *vfio);
unsigned int vfio_num_regions(const struct vfio *vfio);
void vfio_reset(const struct vfio *vfio);
void vfio_enable(const struct vfio *vfio);
int vfio_region(const struct vfio *vfio, unsigned int index,
		struct region *region);
bool vfio_find_region(const struct vfio *vfio, u32 subtype,
		      struct region *region);

/* Any width and alignment; all bytes are done, or the test ends */
void vfio_read(const struct vfio *vfio, unsigned int index, u64 offset,
	       void *buf, size_t len);
void vfio_write(const struct vfio *vfio, unsigned int index, u64 offset,
		const void *buf, size_t len);

/* Registers: width is 1, 2, 4 or 8 */
u64 config_read(const struct vfio *vfio, u64 offset,
		     unsigned int width);
void config_write(const struct vfio *vfio, u64 offset, unsigned int width,
		  u64 value);
u64 bar0_read(const struct vfio *vfio, u64 offset,
		   unsigned int width);
void bar0_write(const struct vfio *vfio, u64 offset, unsigned int width,
		u64 value);

/*
 * sim.c: igdsim's control channel, which looks behind the device
 */
struct sim_log {
	u64 offset;
	u64 value;
	unsigned int width;
};

/* Registers of the host's that a test changes, to be put back afterwards */
struct sim_changes {
	struct {
		const char *space;
		u64 offset;
		u64 value;
		unsigned int width;
	} old[16];
	unsigned int count;
};

void sim_need(void);
u64 sim_read(const char *space, u64 offset, unsigned int width);
void sim_write(const char *space, u64 offset, unsigned int width,
	       u64 value);
void sim_change(struct sim_changes *changes, const char *space, u64 offset,
		unsigned int width, u64 value);
bool sim_restore(struct sim_changes *changes);
unsigned int sim_capability(u8 id);
void sim_known(u8 known[256]);
void sim_mark(void);
size_t sim_writes(const char *space, u64 from, u64 to,
		  struct sim_log *log, size_t room);
void sim_die(bool dead);
unsigned int sim_resets(void);
void sim_msi(void);
/* What its planes have read, since somebody had it forgotten */
struct sim_planes {
	unsigned int lit;
	unsigned int reads;
	unsigned int faults;
	unsigned int absent;
};

void sim_planes(struct sim_planes *planes, bool forget);
bool sim_picture(const char *file, unsigned int *planes, unsigned int *lost);
void sim_plug(char port, bool plug);
void sim_edid(char port, u8 edid[128]);

/*
 * host.c: the kernel that the device is bound in
 */
struct resource {
	u64 start;
	u64 last;
	char name[64];
};

/* A virtual function, by its own name and by that of the device which has it */
struct host_vf {
	char bdf[16];
	char pf[16];
};

void host_write(const char *path, const char *text);
int host_open(const char *path, int flags);
char *host_read(const char *path);
void host_each_slab(void (*call)(const char *path));
int host_bind(const char *bdf, const char *driver);
void host_unbind(const char *bdf);
bool host_is_bound(const char *bdf, const char *driver);
void host_need_bound(void);
void host_forget(const char *bdf);
void host_find(const char *bdf);
void host_rescan(const char *bdf);
bool host_make_vf(struct host_vf *vf);
void host_drop_vf(const struct host_vf *vf);
void host_set_param(const char *name, const char *value);
void host_set_param_number(const char *name, unsigned int value);
void host_set_resets(const char *methods);
void host_attribute(const char *name, char *buf, size_t len);
u64 host_number(const char *name);
void host_keep_awake(bool awake);
/* "suspended" or "active", within so many ms */
bool host_power_becomes(const char *expected, unsigned int ms);
void host_run(const char *command);
void host_insmod(const char *variable, const char *options);
size_t host_iomem(struct resource *list, size_t room);
size_t host_bars(struct resource *list, size_t room);
bool host_has(const struct resource *list, size_t count, u64 start, u64 last);
bool host_has_resource(u64 start, u64 last, const char *name);
u64 host_ram(u64 from, u64 to, u64 size);
u64 host_low_bar(u64 size);
void host_config(const char *bdf, u8 config[256]);

/* Physical memory that is not System RAM: 0, or -errno where it is refused */
int host_mem_read(u64 address, void *buf, size_t len);
int host_mem_write(u64 address, const void *buf, size_t len);

/* rom.c: the option ROM that guests get, as root installs it */
/* Where host_rom_image() has the structure that names the device */
#define HOST_ROM_PCIR		0x1c
/* The largest ROM BAR that there can be, and file that the driver takes */
#define HOST_ROM_LARGEST	(16u << 20)

void host_rom_keep(void);
void host_rom_restore(void);
void host_rom_remove(void);
void host_rom_write(const void *bytes, size_t len);
void host_rom_image(u8 bytes[512]);
void host_rom_write_good(void);

/* The kernel's log since the last klog_mark() */
void klog_mark(void);
const char *klog_since(void);
unsigned int klog_count(const char *words);
unsigned int klog_drm_errors(void);
bool klog_cpu_stood_still(const char *line);

/* The driver's tracepoints since the last trace_begin(), which ends with trace_end() */
bool trace_begin(void);
unsigned int trace_count(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
const char *trace_since(void);
void trace_end(void);

#endif /* IGDTEST_H */
