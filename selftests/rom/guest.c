// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts igdsim and QEMU, asks them, ends them. They are killed with the test
 * that started them, however that ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "vfio_pci_igd.h"

#define PREFIX			"vfio-pci-igd: "
#define SOCKET_MS		5000
#define BOOT_MS			60000
#define MAX_ARGS		64
#define INFO_SIZE_1		32
#define PCI_DEVICE_ID		0x02
#define PCI_SUBCLASS		0x0a
#define CLASS_ISA_BRIDGE	0x0601
#define OPREGION_SIGNATURE	"IntelGraphicsMem"

/* Where things lie if nobody says otherwise: in the tree, built by vhost/build */
static const char *place(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return value ? value : otherwise;
}

#define IGDSIM			place("IGDSIM", "/build/igdsim/igdsim")
#define PROFILES		place("PROFILES", "/src/selftests/igdsim/profiles")
#define FIRMWARE		place("FIRMWARE", "/build/firmware")
#define BUILT			place("ROM", "/build/rom")
#define OVMF			place("OVMF", "/build/ovmf")

struct args {
	char *list[MAX_ARGS + 1];
	int count;
};

static void __attribute__((format(printf, 2, 3)))
add(struct args *args, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (args->count == MAX_ARGS ||
	    vasprintf(&args->list[args->count++], format, list) < 0)
		abort();
	va_end(list);
}

static void pass(int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&time, NULL);
}

static char *path_to(const struct guest *guest, const char *name)
{
	static char path[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", guest->dir, name);
	return path[next];
}

/* Output goes to a file, which is shown if the program does not do its part. */
static pid_t spawn(const struct guest *guest, const char *name,
		   struct args *args)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(path_to(guest, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	dup2(fd, 1);
	dup2(fd, 2);
	execvp(args->list[0], args->list);
	fprintf(stderr, "%s: %s\n", args->list[0], strerror(errno));
	_exit(127);
}

static bool run(const struct guest *guest, const char *name, struct args *args)
{
	int status = -1;

	waitpid(spawn(guest, name, args), &status, 0);
	return !status;
}

/* With a 0 behind it, so that text can be used as such */
static char *slurp(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	struct stat status;
	char *data = NULL;
	size_t got = 0;

	if (!file)
		return NULL;
	if (!fstat(fileno(file), &status))
		data = malloc(status.st_size + 1);
	if (data) {
		got = fread(data, 1, status.st_size, file);
		data[got] = 0;
	}
	fclose(file);
	if (size)
		*size = got;
	return data;
}

static void show(const struct guest *guest, const char *name)
{
	char *text = slurp(path_to(guest, name), NULL);
	char *line, *rest = text;

	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			printf("#   %s: %.200s\n", name, line);
	free(text);
}

static bool write_file(const struct guest *guest, const char *name,
		       const void *data, size_t size)
{
	FILE *file = fopen(path_to(guest, name), "w");
	bool good;

	if (!file)
		return false;
	good = fwrite(data, 1, size, file) == size;
	return !fclose(file) && good;
}

static int connect_to(const struct guest *guest, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int left;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 path_to(guest, name));
	for (left = SOCKET_MS; left > 0; left -= 20) {
		if (!connect(fd, (void *)&address, sizeof(address)))
			return fd;
		pass(20);
	}
	printf("# %s: nobody listens there\n", address.sun_path);
	close(fd);
	return -1;
}

/* igdsim */

static char *sim_file(unsigned int display, const char *kind)
{
	static char name[2][32];
	static int next;

	next = !next;
	snprintf(name[next], sizeof(name[next]), "sim%u.%s", display, kind);
	return name[next];
}

/* Returns the words behind 'ok' of the last line. */
static bool __attribute__((format(printf, 5, 6)))
sim_ask(const struct guest *guest, unsigned int display, char *answer,
	size_t room, const char *format, ...)
{
	int fd = connect_to(guest, sim_file(display, "control"));
	va_list args;
	FILE *file;

	if (fd < 0)
		return false;
	file = fdopen(fd, "r+");
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fputc('\n', file);
	fflush(file);
	rewind(file);
	*answer = 0;
	while (fgets(answer, room, file))
		if (!strncmp(answer, "ok", 2) || !strncmp(answer, "error", 5))
			break;
	fclose(file);
	if (!strncmp(answer, "ok", 2))
		return true;
	printf("# igdsim answers: %s\n", answer);
	return false;
}

/**
 * sim_read() - a register of configuration space, as the device keeps it
 * @guest: the guest
 * @display: which one
 * @offset: in configuration space
 * @width: in bytes
 *
 * Return: its value, all ones if igdsim does not tell.
 */
__u64 sim_read(const struct guest *guest, unsigned int display,
	       unsigned int offset, unsigned int width)
{
	char answer[64];

	if (!sim_ask(guest, display, answer, sizeof(answer),
		     "read config %#x %u", offset, width))
		return ~0ULL;
	return strtoull(answer + 2, NULL, 0);
}

/**
 * sim_bar() - what a BAR of the first display holds
 * @guest: the guest
 * @bar: bar0, bar2
 * @offset: in it
 * @width: in bytes
 */
__u64 sim_bar(const struct guest *guest, const char *bar, unsigned int offset,
	      unsigned int width)
{
	char answer[64];

	if (!sim_ask(guest, 0, answer, sizeof(answer), "read %s %#x %u", bar,
		     offset, width))
		return ~0ULL;
	return strtoull(answer + 2, NULL, 0);
}

static bool sim_write(const struct guest *guest, unsigned int display,
		      const char *space, unsigned int offset,
		      unsigned int width, __u64 value)
{
	char answer[64];

	return sim_ask(guest, display, answer, sizeof(answer),
		       "write %s %#x %u %#llx", space, offset, width,
		       value);
}

/**
 * sim_writes() - how often the guest wrote to some configuration space
 * @guest: the guest
 * @display: which one
 * @from: first offset
 * @to: last offset
 *
 * Return: the number, -1 if igdsim does not tell.
 */
int sim_writes(const struct guest *guest, unsigned int display,
	       unsigned int from, unsigned int to)
{
	char answer[64];

	if (!sim_ask(guest, display, answer, sizeof(answer),
		     "writes config %#x %#x", from, to))
		return -1;
	return atoi(answer + 2);
}

/* SeaBIOS writes to 0x5c, which no gen 12 device keeps: the driver does. */
static bool write_profile(const struct guest *guest)
{
	const char *profile = guest->setup.profile;
	char text[512];

	snprintf(text, sizeof(text), "include ../..%s/%s.profile\n%s", PROFILES,
		 profile, strcmp(profile, "uhd770") ? "" : "latch 0x5c 4\n");
	return write_file(guest, "profile", text, strlen(text));
}

static bool start_sim(struct guest *guest, unsigned int display)
{
	struct args args = { 0 };

	add(&args, "%s", IGDSIM);
	add(&args, "--socket");
	add(&args, "%s", path_to(guest, sim_file(display, "socket")));
	add(&args, "--control");
	add(&args, "%s", path_to(guest, sim_file(display, "control")));
	add(&args, "--log");
	add(&args, "%s", path_to(guest, sim_file(display, "log")));
	add(&args, "%s", path_to(guest, "profile"));
	guest->sim[display] = spawn(guest, sim_file(display, "out"), &args);
	close(connect_to(guest, sim_file(display, "control")));
	return true;
}

/*
 * The driver's part: BDSM and ASLS read 0 until firmware has written them, and
 * the structure is there. Done after QEMU has reset the device.
 */
static bool prepare_sim(const struct guest *guest, unsigned int display)
{
	static const __u32 bdsm[] = {
		[INFO_BDSM32] = 4 << 8 | VFIO_PCI_IGD_CFG_BDSM32,
		[INFO_BDSM64] = 8 << 8 | VFIO_PCI_IGD_CFG_BDSM64,
	};
	const struct setup *setup = &guest->setup;
	unsigned int info = VFIO_PCI_IGD_MMIO_INFO;
	unsigned int version = setup->version ? : VFIO_PCI_IGD_INFO_VERSION;
	unsigned int size = sizeof(struct vfio_pci_igd_info);

	/* What is behind the end is not the driver's word, but may be there */
	if (version < VFIO_PCI_IGD_INFO_VERSION)
		size = INFO_SIZE_1;
	else if (version > VFIO_PCI_IGD_INFO_VERSION)
		size += 16;

	if (!sim_write(guest, display, "config", VFIO_PCI_IGD_CFG_ASLS, 4, 0))
		return false;
	if (!setup->locked &&
	    !(sim_write(guest, display, "config", VFIO_PCI_IGD_CFG_BDSM32, 4,
			0) &&
	      sim_write(guest, display, "config", VFIO_PCI_IGD_CFG_BDSM64, 8,
			0)))
		return false;
	if (setup->scratch &&
	    !sim_write(guest, display, "bar0", 0x4f060, 4, setup->scratch))
		return false;
	if (setup->subclass &&
	    !sim_write(guest, display, "config", PCI_SUBCLASS, 1,
		       setup->subclass))
		return false;
	if (setup->info == INFO_NONE)
		return true;
	return sim_write(guest, display, "bar0", info, 8,
			 VFIO_PCI_IGD_INFO_MAGIC) &&
	       sim_write(guest, display, "bar0", info + 8, 8,
			 version | (__u64)size << 16 |
			 1200ULL << 32 |
			 (setup->info == INFO_BAR2 ? 0 :
			  (__u64)bdsm[setup->info] << 48)) &&
	       sim_write(guest, display, "bar0", info + 16, 8,
			 setup->host_base) &&
	       sim_write(guest, display, "bar0", info + 24, 8,
			 setup->dsm_size) &&
	       sim_write(guest, display, "bar0", info + 32, 8,
			 setup->gsm_below) &&
	       sim_write(guest, display, "bar0", info + 40, 8,
			 setup->lpc_device);
}

/* A device of which nobody reads more than what it is */
static bool prepare_bridge(const struct guest *guest)
{
	return sim_write(guest, BRIDGE, "config", PCI_DEVICE_ID, 2,
			 guest->setup.lpc_bridge) &&
	       sim_write(guest, BRIDGE, "config", PCI_SUBCLASS, 2,
			 CLASS_ISA_BRIDGE);
}

/* What QEMU takes from files */

/* Offsets as in igdsim's opregion.c, whose VBT of the uhd770 is at 0x2000 */
static void break_vbt(char *opregion, enum vbt how)
{
	static const __u32 zero[3];
	char *vbt = opregion + 0x2000;
	__u16 size;

	switch (how) {
	case VBT_GOOD:
		break;
	case VBT_MAILBOX:
		/* 6 KiB of room there: the data blocks end earlier, too */
		memcpy(opregion + 0x400, vbt, 0x1000);
		size = 0x1000;
		memcpy(opregion + 0x400 + 0x18, &size, 2);
		size -= 0x30;
		memcpy(opregion + 0x400 + 0x30 + 0x14, &size, 2);
		opregion[0x58] |= 8;
		memcpy(opregion + 0x3ba, zero, 12);
		break;
	case VBT_NONE:
		memcpy(opregion + 0x3ba, zero, 12);
		break;
	case VBT_FAR:
		opregion[0x3ba + 3] = 0x7f;
		break;
	case VBT_LONG:
		vbt[0x19] = 0x7f;
		break;
	case VBT_BDB:
		vbt[0x1d] = 0x70;
		break;
	case VBT_SIGNATURE:
		*vbt = 'S';
		break;
	}
}

/* igdsim makes whole pages; what VFIO hands out begins with the signature. */
static bool write_opregion(const struct guest *guest)
{
	struct args args = { 0 };
	char *image, *start;
	size_t size;
	bool good;

	add(&args, "%s", IGDSIM);
	add(&args, "--opregion");
	add(&args, "%s", path_to(guest, "pages"));
	add(&args, "%s", path_to(guest, "profile"));
	if (!run(guest, "opregion.out", &args)) {
		show(guest, "opregion.out");
		return false;
	}

	image = slurp(path_to(guest, "pages"), &size);
	start = image ? memmem(image, size, OPREGION_SIGNATURE,
			       strlen(OPREGION_SIGNATURE)) : NULL;
	if (!start)
		return false;
	size -= start - image;
	if (guest->setup.opregion == OPREGION_SHORT)
		size = 4096;
	if (guest->setup.opregion == OPREGION_GARBAGE)
		*start = 'i';
	break_vbt(start, guest->setup.vbt);
	good = write_file(guest, "opregion", start, size);
	free(image);
	return good;
}

static bool write_size(const struct guest *guest)
{
	__u64 size = guest->setup.size;

	return write_file(guest, "size", &size, size == SIZE_SHORT ? 4 : 8);
}

/* The common ROM as it is, or one with an ID, as the driver hands it out */
static bool write_rom(const struct guest *guest)
{
	const char *rom = guest->setup.rom;
	struct args args = { 0 };
	int id;

	add(&args, "%s/igdctl", FIRMWARE);
	add(&args, "rom");
	add(&args, "pack");
	add(&args, "-o");
	add(&args, "%s", path_to(guest, "rom"));
	if (sscanf(rom, "%4x.rom", &id) == 1) {
		add(&args, "-d");
		add(&args, "%x", id);
	}
	if (guest->setup.first)
		add(&args, "%s/%s", BUILT, guest->setup.first);
	add(&args, "%s/igd.rom", FIRMWARE);
	if (guest->setup.gop)
		add(&args, "%s/%s", BUILT, guest->setup.gop);
	if (run(guest, "igdrom.out", &args))
		return true;
	show(guest, "igdrom.out");
	return false;
}

/*
 * A loader that nobody has signed: any executable will do, but must call itself
 * an application (offsets are those of the PE format) to be looked at.
 */
static bool write_disk(const struct guest *guest)
{
	char name[64];
	char *image;
	size_t size;
	bool good;
	__u32 pe;

	snprintf(name, sizeof(name), "%s/igd.efi", FIRMWARE);
	image = slurp(name, &size);
	if (!image || mkdir(path_to(guest, "disk"), 0755) ||
	    mkdir(path_to(guest, "disk/EFI"), 0755) ||
	    mkdir(path_to(guest, "disk/EFI/BOOT"), 0755))
		return false;
	memcpy(&pe, image + 0x3c, sizeof(pe));
	image[pe + 24 + 68] = 10;
	good = write_file(guest, "disk/EFI/BOOT/BOOTX64.EFI", image, size);
	free(image);
	return good;
}

/* QEMU */

static bool copy_vars(const struct guest *guest, const char *name)
{
	char *vars;
	size_t size;
	char path[128];
	bool good;

	snprintf(path, sizeof(path), "%s/%s/usr/share/OVMF/%s", OVMF,
		 guest->setup.ovmf, name);
	vars = slurp(path, &size);
	if (!vars) {
		printf("# cannot read %s: run selftests/rom/ovmf %s\n", path,
		       OVMF);
		return false;
	}
	good = write_file(guest, "vars", vars, size);
	free(vars);
	return good;
}

static bool add_firmware(const struct guest *guest, struct args *args)
{
	bool secure = guest->setup.secure_boot;

	if (!guest->setup.ovmf)
		return true;
	if (!copy_vars(guest, secure ? "OVMF_VARS_4M.ms.fd" :
				       "OVMF_VARS_4M.fd"))
		return false;
	add(args, "-drive");
	add(args, "if=pflash,format=raw,readonly=on,file=%s/%s/usr/share/OVMF/%s",
	    OVMF, guest->setup.ovmf,
	    secure ? "OVMF_CODE_4M.ms.fd" : "OVMF_CODE_4M.fd");
	add(args, "-drive");
	add(args, "if=pflash,format=raw,file=%s", path_to(guest, "vars"));
	if (!secure)
		return true;

	/* Its variables are guarded by system management mode. */
	add(args, "-machine");
	add(args, "smm=on");
	add(args, "-global");
	add(args, "driver=cfi.pflash01,property=secure,value=on");
	add(args, "-drive");
	add(args, "file=fat:%s,format=raw,if=virtio,readonly=on",
	    path_to(guest, "disk"));
	return write_disk(guest);
}

static void add_display(const struct guest *guest, struct args *args,
			unsigned int display)
{
	add(args, "-device");
	add(args,
	    "{'driver':'vfio-user-pci','addr':'%s','romfile':'%s','socket':{'type':'unix','path':'%s'}}",
	    display ? "06.0" : guest->setup.slot,
	    path_to(guest, "rom"),
	    path_to(guest, sim_file(display, "socket")));
}

/*
 * QEMU's own dummy bridge comes with vfio-pci alone: another vfio-user device
 * stands in.
 */
static void add_bridge(const struct guest *guest, struct args *args)
{
	add(args, "-device");
	add(args,
	    "{'driver':'vfio-user-pci','addr':'1f.0','rombar':0,'socket':{'type':'unix','path':'%s'}}",
	    path_to(guest, sim_file(BRIDGE, "socket")));
}

/*
 * The newest kernel that is in the tree. There is nothing for it to mount: it
 * panics once it has told of the machine.
 */
static bool add_kernel(struct args *args)
{
	glob_t found;

	if (glob("/boot/vmlinuz-*", 0, NULL, &found)) {
		printf("# no kernel in /boot\n");
		return false;
	}
	add(args, "-kernel");
	add(args, "%s", found.gl_pathv[found.gl_pathc - 1]);
	add(args, "-append");
	add(args, "console=ttyS0 console=tty0 panic=0");
	globfree(&found);
	return true;
}

/* Stopped at its first instruction, with the device reset. */
static bool start_qemu(struct guest *guest)
{
	const struct setup *setup = &guest->setup;
	struct args args = { 0 };
	unsigned int display;

	add(&args, "qemu-system-x86_64");
	add(&args, "-nodefaults");
	add(&args, "-no-user-config");
	add(&args, "-S");
	add(&args, "-display");
	add(&args, "none");
	add(&args, "-machine");
	add(&args, "%s,memory-backend=ram", setup->machine);
	add(&args, "-m");
	add(&args, "%u", setup->memory);
	add(&args, "-object");
	add(&args, "memory-backend-memfd,id=ram,share=on,size=%uM",
	    setup->memory);
	add(&args, "-monitor");
	add(&args, "unix:%s,server,nowait", path_to(guest, "monitor"));
	add(&args, "-serial");
	add(&args, "file:%s", path_to(guest, "console"));
	add(&args, "-debugcon");
	add(&args, "file:%s", path_to(guest, "debug"));
	add(&args, "-global");
	add(&args, "isa-debugcon.iobase=0x402");
	if (!add_firmware(guest, &args))
		return false;
	if (setup->opregion != OPREGION_NONE) {
		add(&args, "-fw_cfg");
		add(&args, "name=etc/igd-opregion,file=%s",
		    path_to(guest, "opregion"));
	}
	if (setup->size != SIZE_NONE) {
		add(&args, "-fw_cfg");
		add(&args, "name=etc/igd-bdsm-size,file=%s",
		    path_to(guest, "size"));
	}
	if (setup->lpc_id) {
		add(&args, "-fw_cfg");
		add(&args, "name=opt/vfio-pci-igd/lpc-id,string=%s",
		    setup->lpc_id);
	}
	if (setup->dirty) {
		add(&args, "-device");
		add(&args, "loader,addr=%#llx,data=0x5a5a5a5a,data-len=4",
		    setup->dirty);
	}
	for (display = 0; display < setup->displays; display++)
		add_display(guest, &args, display);
	if (setup->lpc_bridge)
		add_bridge(guest, &args);
	if (setup->kernel && !add_kernel(&args))
		return false;

	guest->qemu = spawn(guest, "qemu.out", &args);
	return true;
}

/* Reads up to the monitor's prompt. */
static bool monitor_wait(const struct guest *guest)
{
	static const char prompt[] = "(qemu) ";
	size_t seen = 0;
	char c;

	while (seen < sizeof(prompt) - 1) {
		if (read(guest->monitor, &c, 1) != 1)
			return false;
		seen = c == prompt[seen] ? seen + 1 : c == prompt[0];
	}
	return true;
}

static bool __attribute__((format(printf, 2, 3)))
monitor(const struct guest *guest, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(guest->monitor, format, args);
	va_end(args);
	return monitor_wait(guest);
}

/**
 * guest_memory() - read the guest's memory
 * @guest: the guest
 * @address: guest-physical
 * @to: result
 * @size: bytes
 */
bool guest_memory(struct guest *guest, __u64 address, void *to, size_t size)
{
	char *memory;
	size_t got;
	bool good;

	if (!monitor(guest, "pmemsave %#llx %#zx \"%s\"\n",
		     address, size,
		     path_to(guest, "memory")))
		return false;
	memory = slurp(path_to(guest, "memory"), &got);
	good = memory && got == size;
	if (good)
		memcpy(to, memory, size);
	else
		printf("# QEMU does not tell what is at %#llx\n",
		       address);
	free(memory);
	return good;
}

/**
 * guest_has_file() - read a file that the guest was started with
 * @guest: the guest
 * @name: its name
 * @to: result
 * @size: room there
 * @got: bytes on return
 */
bool guest_has_file(const struct guest *guest, const char *name, void *to,
		    size_t size, ssize_t *got)
{
	int fd = open(path_to(guest, name), O_RDONLY);

	*got = read(fd, to, size);
	close(fd);
	return *got > 0;
}

static bool has_line(const struct guest *guest, const char *name,
		     const char *wanted, bool whole)
{
	char *text = slurp(path_to(guest, name), NULL);
	char *line, *rest = text;
	bool found = false;

	while (!found && rest && (line = strsep(&rest, "\r\n")))
		found = whole ? !strcmp(line, wanted) : !!strstr(line, wanted);
	free(text);
	return found;
}

/**
 * guest_says() - did our firmware say this?
 * @guest: the guest
 * @format: the line, without what each of ours begins with
 */
bool guest_says(const struct guest *guest, const char *format, ...)
{
	char line[256] = PREFIX;
	va_list args;

	va_start(args, format);
	vsnprintf(line + strlen(line), sizeof(line) - strlen(line), format,
		  args);
	va_end(args);
	if (has_line(guest, "debug", line, true))
		return true;
	printf("# not said: %s\n", line);
	show(guest, "debug");
	return false;
}

/**
 * guest_console_says() - does a line of the serial console have this?
 * @guest: the guest
 * @format: to be found
 */
bool guest_console_says(const struct guest *guest, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (has_line(guest, "console", text, false))
		return true;
	printf("# not on the console: %s\n", text);
	show(guest, "console");
	return false;
}

/**
 * guest_maps() - does the guest's Linux have this in its memory map?
 * @guest: the guest
 * @from: first address
 * @size: bytes
 * @kind: reserved, ACPI NVS, as part of what Linux calls it
 */
bool guest_maps(const struct guest *guest, __u64 from, __u64 size,
		const char *kind)
{
	static const char intro[] = "BIOS-e820: [mem ";
	char *text = slurp(path_to(guest, "console"), NULL);
	unsigned long long first, last;
	char *line, *rest = text;
	bool found = false;

	printf("# '%s' from %#llx to %#llx? The memory map has\n", kind, from,
	       from + size - 1);
	while (!found && rest && (line = strsep(&rest, "\r\n"))) {
		line = strstr(line, intro);
		if (!line || sscanf(line + strlen(intro), "%llx-%llx]", &first,
				    &last) != 2 || last < from ||
		    first >= from + size)
			continue;
		printf("#   %s\n", line);
		found = first <= from && from + size - 1 <= last &&
			strstr(line, kind);
	}
	free(text);
	return found;
}

/**
 * guest_boots() - let it run until it looks for something to boot
 * @guest: the guest
 *
 * Return: whether it got there.
 */
bool guest_boots(struct guest *guest)
{
	const char *name = guest->setup.ovmf ? "console" : "debug";
	const char *text = guest->setup.kernel ? "Unable to mount root fs" :
			   guest->setup.ovmf ? "BdsDxe: No bootable" :
					       "No bootable device.";
	int left, status;

	if (!monitor(guest, "cont\n"))
		return false;
	for (left = BOOT_MS; left > 0; left -= 100) {
		if (has_line(guest, name, text, false) ||
		    (guest->setup.ovmf &&
		     has_line(guest, name, "UEFI Interactive Shell", false)))
			return true;
		if (waitpid(guest->qemu, &status, WNOHANG) == guest->qemu) {
			guest->qemu = 0;
			printf("# QEMU ended\n");
			break;
		}
		pass(100);
	}
	show(guest, "qemu.out");
	show(guest, "debug");
	show(guest, "console");
	return false;
}

/**
 * guest_start() - a guest that stands at its first instruction
 * @guest: filled in; to be given to guest_stop() in any case
 * @setup: how it is made
 */
bool guest_start(struct guest *guest, const struct setup *setup)
{
	unsigned int display;

	*guest = (struct guest){ .dir = "/tmp/guest-XXXXXX", .setup = *setup,
				.monitor = -1 };
	setup = &guest->setup;
	if (!setup->machine)
		guest->setup.machine = "q35";
	if (!setup->memory)
		guest->setup.memory = 1024;
	if (!setup->slot)
		guest->setup.slot = "02.0";
	if (!setup->profile)
		guest->setup.profile = "uhd770";
	if (!setup->rom)
		guest->setup.rom = "igd.rom";
	if (!setup->displays)
		guest->setup.displays = 1;

	if (!mkdtemp(guest->dir) || !write_profile(guest) ||
	    !write_opregion(guest) || !write_size(guest) || !write_rom(guest))
		return false;

	for (display = 0; display < setup->displays; display++)
		if (!start_sim(guest, display))
			return false;
	if (setup->lpc_bridge && !start_sim(guest, BRIDGE))
		return false;
	if (!start_qemu(guest))
		return false;
	guest->monitor = connect_to(guest, "monitor");
	if (guest->monitor < 0 || !monitor_wait(guest)) {
		show(guest, "qemu.out");
		return false;
	}
	for (display = 0; display < setup->displays; display++)
		if (!prepare_sim(guest, display))
			return false;
	return !setup->lpc_bridge || prepare_bridge(guest);
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *where)
{
	return remove(path);
}

/**
 * guest_stop() - end all, and remove what was left behind
 * @guest: the guest
 */
void guest_stop(struct guest *guest)
{
	int sim;

	if (guest->monitor >= 0)
		close(guest->monitor);
	if (guest->qemu) {
		kill(guest->qemu, SIGKILL);
		waitpid(guest->qemu, NULL, 0);
	}
	for (sim = 0; sim < SIMS; sim++) {
		if (!guest->sim[sim])
			continue;
		kill(guest->sim[sim], SIGKILL);
		waitpid(guest->sim[sim], NULL, 0);
	}
	nftw(guest->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
