// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdsim on its own, without QEMU: is what it serves what the profile says, and
 * does it live through a client that talks nonsense? Prints TAP.
 *
 * use: test IGDSIM PROFILES
 */
#define _GNU_SOURCE
#include "test.h"

#include <errno.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

const char *program, *profiles;
static unsigned int tests, failures;

bool check(bool good, const char *format, ...)
{
	va_list args;

	printf("%sok %u ", good ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	failures += !good;
	return good;
}

void check_equal(uint64_t found, uint64_t wanted, const char *what)
{
	if (!check(found == wanted, "%s", what))
		printf("# found 0x%llx instead of 0x%llx\n",
		       (unsigned long long)found, (unsigned long long)wanted);
}

void check_text(const char *found, const char *wanted, const char *what)
{
	if (!check(!strcmp(found, wanted), "%s", what))
		printf("# found '%s' instead of '%s'\n", found, wanted);
}

const char *profile_path(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), *name == '/' ? "%s" : "%2$s/%1$s.profile",
		 name, profiles);
	return path;
}

void must_start(struct sim *sim, const char *name, const char *option)
{
	if (!sim_start(sim, program, profile_path(name), option) ||
	    !negotiate(sim)) {
		printf("Bail out! igdsim does not start on %s\n", name);
		exit(1);
	}
}

/* What igdsim prints when it is called with these words */
const char *run(const char *words, const char *profile)
{
	static char text[4096];
	char command[8192];
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s '%s' 2>&1", program, words,
		 profile);
	fflush(stdout);
	pipe = popen(command, "r");
	text[fread(text, 1, sizeof(text) - 1, pipe)] = 0;
	pclose(pipe);
	return text;
}

static void test_protocol(void)
{
	struct message reply;
	uint32_t info[4] = { 16 };
	struct sim sim;

	if (!sim_start(&sim, program, profile_path("uhd770"), NULL)) {
		printf("Bail out! igdsim does not start\n");
		exit(1);
	}
	check_equal((uint64_t)request(&sim, GET_INFO, info, sizeof(info), -1, &reply),
		    EINVAL, "a command before VERSION is refused");
	check(negotiate(&sim), "the version is negotiated");
	check_equal((uint64_t)request(&sim, GET_INFO, info, sizeof(info), -1, &reply),
		    0, "the device is described");
	memcpy(info, reply.body, sizeof(info));
	check(info[1] == (VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI) &&
	      info[2] == VFIO_PCI_NUM_REGIONS && info[3] == VFIO_PCI_NUM_IRQS,
	      "as a PCI device with a reset, 9 regions, 5 kinds of interrupts");
	check_equal((uint64_t)sim_stop(&sim), 0,
		    "igdsim ends well when its client leaves");
}

static void test_nonsense(void)
{
	static const uint8_t zeros[64];
	struct header tiny = { .id = 1, .command = REGION_READ, .size = 8 };
	struct header half = { .id = 2, .command = GET_INFO, .size = 32 };
	struct message reply;
	struct sim sim;
	uint32_t value = 0;

	must_start(&sim, "uhd770", NULL);
	check_equal((uint64_t)request(&sim, DIRTY_PAGES, zeros, 8, -1, &reply),
		    ENOSYS, "a command it does not have is refused");
	check_equal((uint64_t)request(&sim, 4711, zeros, 8, -1, &reply), ENOSYS,
		    "a command that nobody has is refused");
	check_equal((uint64_t)request(&sim, REGION_READ, zeros, 4, -1, &reply),
		    EINVAL, "a message too short for its command is refused");
	check_equal((uint64_t)region_read(&sim, CONFIG, 0xffe, 4, &value), EINVAL,
		    "reading past the end of configuration space is refused");
	check_equal((uint64_t)region_read(&sim, BAR0, ~0ull - 1, 4, &value), EINVAL,
		    "reading at an offset that overflows is refused");
	check_equal((uint64_t)region_write(&sim, 1, 0, 4, &value), EINVAL,
		    "writing to a region without size is refused");
	check_equal((uint64_t)region_read(&sim, 99, 0, 4, &value), EINVAL,
		    "reading a region that is none is refused");
	message_send(&sim, &half, zeros, 4, -1);
	check_text(tell(&sim, "resets"), "ok 0",
		   "half a message does not hold up the control channel");
	check(write(sim.client, zeros, 12) == 12 && message_receive(&sim, &reply) &&
	      reply.header.command == GET_INFO, "its other half is taken up");
	check_equal(get(&sim, CONFIG, 0, 4), 0x46808086,
		    "after all that it still answers");
	message_send(&sim, &tiny, NULL, 0, -1);
	check(!message_receive(&sim, &reply),
	      "a message shorter than its header ends the connection");
	check_equal((uint64_t)sim_stop(&sim), 0, "and igdsim with it, without a crash");
}

static uint64_t parse_dump(const char *path, uint8_t *bytes)
{
	FILE *file = fopen(path, "r");
	unsigned int offset, b[16];
	uint64_t lines = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%x: %x %x %x %x %x %x %x %x %x %x %x %x %x %x %x %x",
			   &offset, b, b + 1, b + 2, b + 3, b + 4, b + 5, b + 6,
			   b + 7, b + 8, b + 9, b + 10, b + 11, b + 12, b + 13,
			   b + 14, b + 15) != 17 || offset > 0xf0)
			continue;
		for (unsigned int i = 0; i < 16; i++)
			bytes[offset + i] = (uint8_t)b[i];
		lines++;
	}
	if (file)
		fclose(file);
	return lines;
}

static void test_config(const char *name, uint32_t bdsm, uint64_t locked)
{
	uint8_t wanted[256], found[256];
	struct sim sim;

	must_start(&sim, name, NULL);
	check_equal(parse_dump(profile_path(name), wanted), 16,
		    "the profile has a whole dump");
	region_read(&sim, CONFIG, 0, sizeof(found), found);
	check(!memcmp(found, wanted, sizeof(found)),
	      "%s: configuration space is the dump, byte for byte", name);
	check(get(&sim, CONFIG, 3, 1) == wanted[3] &&
	      get(&sim, CONFIG, 2, 2) == (wanted[2] | wanted[3] * 256u),
	      "reads of one and two bytes agree with it");

	tell(&sim, "mark");
	put(&sim, CONFIG, 0x50, 2, 0xff00);
	put(&sim, CONFIG, bdsm, 4, 0x12300000);
	put(&sim, CONFIG, 0xe8, 2, 0x8001);
	put(&sim, CONFIG, 0xfc, 4, 0x00abc000);
	put(&sim, CONFIG, 0xfd, 1, 0xde);
	put(&sim, CONFIG, 0x60, 1, 0xff);
	check_equal(get(&sim, CONFIG, 0x50, 2), wanted[0x50] | wanted[0x51] << 8,
		    "GGC is locked");
	check_equal(get(&sim, CONFIG, bdsm, 4), locked, "BDSM is locked");
	check_equal(get(&sim, CONFIG, 0xe8, 2), 0x8001, "SWSCI keeps what is written");
	check_equal(get(&sim, CONFIG, 0xfc, 4), 0x00abde00,
		    "ASLS keeps what is written, byte by byte");
	check_equal(get(&sim, CONFIG, 0x60, 1), wanted[0x60], "MSAC is read-only");
	check_text(tell(&sim, "writes config 0xe8 0xff"),
		   "write config 0x0e8 2 0x8001\n"
		   "write config 0x0fc 4 0xabc000\n"
		   "write config 0x0fd 1 0xde\n"
		   "ok 3", "writes are listed by range");
	check_text(tell(&sim, "writes config 0x60 0x60"),
		   "write config 0x060 1 0xff\nok 1", "ignored ones, too");
	check_text(tell(&sim, "mark"), "ok", "the list can be forgotten");
	check_text(tell(&sim, "writes"), "ok 0", "and is empty then");

	tell(&sim, "write config 0x50 2 0");
	put(&sim, CONFIG, 0x50, 2, 0xff01);
	put(&sim, CONFIG, 0x50, 2, 0x1110);
	check_equal(get(&sim, CONFIG, 0x50, 2), 0xff01,
		    "GGC, unlocked from behind, takes one value and locks again");
	check_equal(get(&sim, BAR0, 0x108040, 2), 0xff01, "its mirror follows");
	sim_stop(&sim);
}

static void test_reset(void)
{
	struct sim sim;

	must_start(&sim, "uhd770", NULL);
	put(&sim, CONFIG, 0x04, 2, 0x0407);
	put(&sim, CONFIG, 0x10, 4, 0xfe000000);
	put(&sim, CONFIG, 0xfc, 4, 0x00abc000);
	put(&sim, BAR0, 0x2358, 4, 0x12345678);
	put(&sim, BAR0, 0x800000, 8, 0x1122334455667788);
	put(&sim, CONFIG, 0x78, 2, 0x8000);
	check_text(tell(&sim, "resets"), "ok 1", "a function-level reset is counted");
	check_equal(get(&sim, CONFIG, 0x04, 2), 0, "it clears the command register");
	check_equal(get(&sim, CONFIG, 0x10, 4), 0x4, "and the BARs");
	check_equal(get(&sim, BAR0, 0x2358, 4), 0, "and registers in BAR 0");
	check_equal(get(&sim, BAR0, 0x9138, 4), 1, "except what the profile gives them");
	check_equal(get(&sim, CONFIG, 0xfc, 4), 0x00abc000, "ASLS survives it");
	check_equal(get(&sim, CONFIG, 0xc0, 4), 0x7e800001, "BDSM survives it");
	check_equal(get(&sim, BAR0, 0x800000, 8), 0x1122334455667788,
		    "the GTT survives it");
	check_equal(get(&sim, CONFIG, 0x78, 2), 0, "the bit that asks reads 0");

	put(&sim, CONFIG, 0x04, 2, 0x0006);
	put(&sim, CONFIG, 0xd4, 2, 0x3);
	check_equal(get(&sim, CONFIG, 0x04, 2), 0x0006, "D3hot changes nothing by itself");
	put(&sim, CONFIG, 0xd4, 2, 0x0);
	check_equal(get(&sim, CONFIG, 0x04, 2), 0, "leaving D3hot resets");
	check_text(tell(&sim, "resets"), "ok 1", "but is not counted");
	sim_stop(&sim);
}

static void test_dead(void)
{
	struct sim sim;

	must_start(&sim, "uhd770", NULL);
	put(&sim, BAR0, 0x2358, 4, 0x12345678);
	check_text(tell(&sim, "dead on"), "ok", "a device dies");
	check_equal(get(&sim, CONFIG, 0x00, 4), 0xffffffff,
		    "then its configuration space is ones");
	check_equal(get(&sim, BAR0, 0x2358, 4), 0xffffffff, "and so are registers");
	put(&sim, CONFIG, 0xfc, 4, 0x00abc000);
	put(&sim, BAR0, 0x2358, 4, 0);
	check_text(tell(&sim, "dead off"), "ok", "it comes back");
	check_equal(get(&sim, CONFIG, 0x00, 4), 0x46808086, "as what it was");
	check_equal(get(&sim, BAR0, 0x2358, 4), 0x12345678, "with its registers");
	check_equal(get(&sim, CONFIG, 0xfc, 4), 0x76634018,
		    "what was written meanwhile is lost");
	sim_stop(&sim);
}

static bool mapped(const struct message *reply, uint64_t offset)
{
	const struct vfio_region_info *info = (const void *)reply->body;
	const struct vfio_region_info_cap_sparse_mmap *sparse =
		(const void *)(reply->body + info->cap_offset);

	for (uint32_t i = 0; i < sparse->nr_areas; i++)
		if (offset >= sparse->areas[i].offset &&
		    offset - sparse->areas[i].offset < sparse->areas[i].size)
			return true;
	return false;
}

static void test_regions(void)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = BAR0 };
	const struct vfio_region_info *found;
	struct message reply;
	struct sim sim;
	uint8_t *bytes;

	must_start(&sim, "uhd770", NULL);
	found = (const void *)reply.body;
	request(&sim, GET_REGION_INFO, &info, sizeof(info), -1, &reply);
	check(found->size == 16 << 20 && found->argsz > sizeof(info) &&
	      reply.header.size == sizeof(reply.header) + sizeof(info),
	      "BAR 0 has 16 MiB, and a short request learns how much to ask for");
	if (reply.fd >= 0)
		close(reply.fd);
	info.argsz = 8000;
	request(&sim, GET_REGION_INFO, &info, sizeof(info), -1, &reply);
	check(found->flags == (VFIO_REGION_INFO_FLAG_READ |
			       VFIO_REGION_INFO_FLAG_WRITE |
			       VFIO_REGION_INFO_FLAG_MMAP |
			       VFIO_REGION_INFO_FLAG_CAPS) && reply.fd >= 0,
	      "it can be mapped in part");
	check(!mapped(&reply, 0x108000) && !mapped(&reply, 0xa000) &&
	      !mapped(&reply, 0x130000), "not the mirrors and forcewake");
	check(mapped(&reply, 0x107000) && mapped(&reply, 0x109000) &&
	      mapped(&reply, 0x800000) && mapped(&reply, 0xfff000),
	      "but the pages around them and the GTT");
	bytes = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, reply.fd, 0);
	memcpy(bytes + 0x800008, "\x11\x22\x33\x44", 4);
	check_text(tell(&sim, "read bar0 0x800008 4"), "ok 0x44332211",
		   "what is written through the mapping arrives");
	munmap(bytes, 16 << 20);
	close(reply.fd);

	info.index = BAR2;
	request(&sim, GET_REGION_INFO, &info, sizeof(info), -1, &reply);
	check(found->size == 256 << 20 && reply.fd >= 0,
	      "BAR 2 has 256 MiB and can be mapped");
	close(reply.fd);
	info.index = BAR4;
	request(&sim, GET_REGION_INFO, &info, sizeof(info), -1, &reply);
	check(found->size == 64 && reply.fd < 0,
	      "BAR 4 has 64 ports and cannot");
	sim_stop(&sim);

	must_start(&sim, "uhd770", "--trap-all");
	info.index = BAR0;
	request(&sim, GET_REGION_INFO, &info, sizeof(info), -1, &reply);
	check(!mapped(&reply, 0) && !mapped(&reply, 0x1ff000) &&
	      mapped(&reply, 0x200000), "--trap-all traps the first 2 MiB");
	close(reply.fd);
	sim_stop(&sim);
}

static void test_registers(void)
{
	struct sim sim;

	must_start(&sim, "uhd770", NULL);
	put(&sim, BAR0, 0xa278, 4, 0x00010001);
	check_equal(get(&sim, BAR0, 0xd84, 4), 1, "forcewake is acknowledged");
	put(&sim, BAR0, 0xa278, 4, 0x00020002);
	check_equal(get(&sim, BAR0, 0xd84, 4), 3, "a second bit joins the first");
	put(&sim, BAR0, 0xa278, 4, 0x00010000);
	check_equal(get(&sim, BAR0, 0xd84, 4), 2, "each is withdrawn on its own");
	put(&sim, BAR0, 0x941c, 4, 0x1);
	check_equal(get(&sim, BAR0, 0x941c, 4), 0, "a reset of the engines is over at once");
	put(&sim, BAR0, 0x45404, 4, 0xa);
	check_equal(get(&sim, BAR0, 0x45404, 4), 0xf, "power wells come up");
	put(&sim, BAR0, 0x45404, 4, 0x7);
	check_equal(get(&sim, BAR0, 0x45404, 4), 0x3, "and go down");
	put(&sim, BAR0, 0x45008, 4, 0x80000000);
	check_equal(get(&sim, BAR0, 0x45008, 4), 0xc0000000, "so does the display buffer");
	put(&sim, BAR0, 0x138128, 4, 0);
	put(&sim, BAR0, 0x138124, 4, 0x8000000d);
	check(!get(&sim, BAR0, 0x138124, 4) && get(&sim, BAR0, 0x138128, 4) == 0x120,
	      "PCODE answers");

	tell(&sim, "mark");
	put(&sim, BAR0, 0x1080c0, 4, 0x12345678);
	put(&sim, BAR0, 0x1082c0, 8, 0);
	put(&sim, BAR0, 0x108100, 4, 0);
	check_equal(get(&sim, BAR0, 0x1080c0, 8), get(&sim, CONFIG, 0xc0, 8),
		    "BDSM's mirror shows BDSM and nothing else");
	check_equal(get(&sim, BAR0, 0x1082c0, 8), 0x80600087,
		    "so does that of STOLEN_RESERVED");
	check_equal(get(&sim, BAR0, 0x108100, 8), 0x7e000001, "GSMBASE is read-only");
	check_equal(get(&sim, BAR0, 0x1080c2, 2), 0x7e80,
		    "a mirror can be read in part");
	check_text(tell(&sim, "writes bar0"),
		   "write bar0 0x1080c0 4 0x12345678\n"
		   "write bar0 0x1082c0 8 0x0\n"
		   "write bar0 0x108100 4 0x0\n"
		   "ok 3", "writes to trapped pages are listed");

	tell(&sim, "mark");
	put(&sim, BAR4, 0, 4, 0xa540);
	put(&sim, BAR4, 4, 4, 0x00010001);
	check_equal(get(&sim, BAR0, 0xd50, 4), 1, "a register is reached through ports");
	put(&sim, BAR4, 0, 4, 0x10 | 1);
	put(&sim, BAR4, 4, 4, 0xcafe0001);
	check_equal(get(&sim, BAR0, 0x800010, 4), 0xcafe0001, "and so is the GTT");
	put(&sim, BAR4, 0, 4, 0x108040);
	check_equal(get(&sim, BAR4, 4, 4) & 0xffff, 0x01c1, "ports can read, too");
	check_text(tell(&sim, "writes bar4 4 4"),
		   "write bar4 0x04 4 0x10001\n"
		   "write bar4 0x04 4 0xcafe0001\n"
		   "ok 2", "and are listed");
	sim_stop(&sim);
}

static void test_mchbar(const char *name, bool writable)
{
	const uint64_t limit = 0x0042816000dc8118;
	struct sim sim;

	must_start(&sim, name, NULL);
	check_equal(get(&sim, BAR0, 0x145400, 8), 0xfed90001,
		    "BAR 0 shows MCHBAR");
	tell(&sim, "mark");
	put(&sim, BAR0, 0x1459a0, 8, 0x1122334455667788);
	check_equal(get(&sim, BAR0, 0x1459a0, 8),
		    writable ? 0x1122334455667788 : limit,
		    writable ? "where it is written, it is changed" :
			       "from Haswell on it cannot be written");
	check_text(tell(&sim, "writes bar0"),
		   "write bar0 0x1459a0 8 0x1122334455667788\nok 1",
		   "what is written is listed");
	put(&sim, BAR4, 0, 4, 0x1459a0);
	put(&sim, BAR4, 4, 4, 0x99);
	check_equal(get(&sim, BAR0, 0x1459a0, 4),
		    writable ? 0x99 : (uint32_t)limit, "by ports it is the same");
	put(&sim, CONFIG, writable ? 0xa8 : 0x78, writable ? 1 : 2,
	    writable ? 1 : 0x8000);
	check_text(tell(&sim, "resets"), "ok 1", "after a reset of the function");
	check_equal(get(&sim, BAR0, 0x1459a0, 4),
		    writable ? 0x99 : (uint32_t)limit,
		    "the host bridge's registers are as they were");
	sim_stop(&sim);
}

static uint64_t dma_address;

/* The client's part of a DMA: take the request, answer with these bytes or an error */
static bool serve_dma(struct sim *sim, uint16_t command, const void *data,
		      uint32_t length, uint32_t error)
{
	struct message asked;
	struct header header;
	uint8_t body[128] = { 0 };
	size_t bytes = 0;
	uint64_t count;

	if (!message_receive(sim, &asked) || asked.header.command != command ||
	    asked.header.size < 32)
		return false;
	memcpy(&dma_address, asked.body, 8);
	memcpy(&count, asked.body + 8, 8);
	if (command == DMA_WRITE && count != length)
		return false;
	header = asked.header;
	header.flags = FLAG_REPLY | (error ? FLAG_ERROR : 0);
	header.error = error;
	if (command == DMA_READ && !error) {
		memcpy(body, asked.body, 16);
		memcpy(body + 16, data, length);
		bytes = 16 + length;
	} else if (command == DMA_WRITE && memcmp(asked.body + 16, data, length)) {
		return false;
	}
	header.size = (uint32_t)(sizeof(header) + bytes);
	return message_send(sim, &header, body, bytes, -1);
}

static void test_dma(void)
{
	struct message reply;
	struct sim sim;

	must_start(&sim, "uhd770", NULL);
	ask(&sim, "dma read 0x1000 4");
	check(serve_dma(&sim, DMA_READ, "\x01\xab\xcd\xef", 4, 0),
	      "a DMA read is sent");
	check_text(answer(&sim), "ok 01abcdef", "its bytes come back");
	ask(&sim, "dma read 0x1000 4");
	serve_dma(&sim, DMA_READ, NULL, 0, EFAULT);
	check_text(answer(&sim), "error fault", "a fault is told");
	ask(&sim, "dma write 0x1000 c0ffee");
	check(serve_dma(&sim, DMA_WRITE, "\xc0\xff\xee", 3, 0),
	      "a DMA write is sent, with its bytes");
	check_text(answer(&sim), "ok", "and done");

	tell(&sim, "plane on 0x7e800000 100");
	usleep(100000);
	check_text(tell(&sim, "plane"), "ok on 0x7e800000 100 reads 0 faults 0",
		   "a plane does not read before it is bus master");
	put(&sim, CONFIG, 0xd4, 2, 0);
	put(&sim, CONFIG, 0x04, 2, 0x4);
	check(serve_dma(&sim, DMA_READ, NULL, 0, EFAULT), "then it does");
	check_text(tell(&sim, "plane off"), "ok off 0x7e800000 0 reads 1 faults 1",
		   "and its faults are counted");
	check(get(&sim, CONFIG, 0, 4) == 0x46808086 ||
	      message_receive(&sim, &reply), "off is off");
	sim_stop(&sim);
}

static void test_interrupts(void)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set), .index = VFIO_PCI_MSI_IRQ_INDEX, .count = 1,
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
	};
	struct vfio_irq_info info = {
		.argsz = sizeof(info), .index = VFIO_PCI_MSI_IRQ_INDEX,
	};
	int event = eventfd(0, EFD_NONBLOCK);
	struct message reply;
	struct sim sim;
	uint64_t count = 0;

	must_start(&sim, "uhd770", NULL);
	request(&sim, GET_IRQ_INFO, &info, sizeof(info), -1, &reply);
	memcpy(&info, reply.body, sizeof(info));
	check_equal(info.count, 1, "one MSI vector, as the capability says");
	check_text(tell(&sim, "msi"), "error nobody has enabled msi",
		   "no MSI without somebody to hear it");
	check_equal((uint64_t)request(&sim, SET_IRQS, &set, sizeof(set), event, &reply),
		    0, "an eventfd is taken");
	check_text(tell(&sim, "msi"), "ok", "an MSI is sent");
	check(read(event, &count, sizeof(count)) == sizeof(count) && count == 1,
	      "and arrives");
	set.count = 2;
	check_equal((uint64_t)request(&sim, SET_IRQS, &set, sizeof(set), event, &reply),
		    EINVAL, "more vectors than there are is refused");
	set.count = 0;
	set.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	request(&sim, SET_IRQS, &set, sizeof(set), -1, &reply);
	check_text(tell(&sim, "msi"), "error nobody has enabled msi",
		   "switched off is off");
	close(event);
	sim_stop(&sim);
}

static size_t load(const char *option, const char *profile, uint8_t *bytes,
		   size_t room)
{
	char words[64], path[] = "/tmp/igdsim-test-XXXXXX";
	int fd = mkstemp(path);
	ssize_t length;

	snprintf(words, sizeof(words), "%s %s", option, path);
	run(words, profile);
	length = read(fd, bytes, room);
	close(fd);
	unlink(path);
	return length > 0 ? (size_t)length : 0;
}

static bool vbt_good(const uint8_t *vbt, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + vbt[i]);
	return !memcmp(vbt, "$VBT", 4) && (size_t)(vbt[0x18] | vbt[0x19] << 8) == size &&
	       !memcmp(vbt + vbt[0x1c], "BIOS_DATA_BLOCK ", 16) && !sum;
}

static void test_images(void)
{
	static uint8_t bytes[65536];
	uint64_t rvda;

	check_equal(load("--opregion", profile_path("uhd770"), bytes, sizeof(bytes)),
		    0x5000, "the UHD 770's image: OpRegion and VBT, in whole pages");
	check(!memcmp(bytes + 0x18, "IntelGraphicsMem", 16),
	      "it begins where ASLS points into its page");
	memcpy(&rvda, bytes + 0x18 + 0x3ba, 8);
	check_equal(rvda, 0x2000, "RVDA is relative");
	check(bytes[0x18 + 0x17] == 2 && bytes[0x18 + 0x16] == 1, "version 2.1");
	check(vbt_good(bytes + 0x18 + 0x2000, 8704), "the VBT behind it is valid");
	check_text(run("--print vbt-page", profile_path("uhd770")), "\n",
		   "there is no VBT beside it");

	load("--opregion", profile_path("uhd630"), bytes, sizeof(bytes));
	memcpy(&rvda, bytes + 0x18 + 0x3ba, 8);
	check_equal(rvda, 0x77634018, "the UHD 630's RVDA is absolute");
	check_equal(load("--vbt", profile_path("uhd630"), bytes, sizeof(bytes)), 0x2000,
		    "its VBT is an image of its own");
	check(vbt_good(bytes + 0x18, 7168), "which is valid");
	check_text(run("--print vbt-page", profile_path("uhd630")), "0x77634000\n",
		   "for the page that RVDA names");
}

static void test_prints(void)
{
	static const char * const wanted[][2] = {
		{ "device", "8086:9bc8\n" },
		{ "subsystem", "1849:9bc8\n" },
		{ "generation", "900\n" },
		{ "bdsm", "0x7c000000\n" },
		{ "dsm-size", "0x4000000\n" },
		{ "gsm", "0x7b800000\n" },
		{ "ggc", "0x2c1\n" },
		{ "stolen-reserved", "0x7ff00001\n" },
		{ "opregion-page", "0x7763e000\n" },
		{ "opregion-size", "0x3000\n" },
		{ "memmap", "memmap=0x3000$0x7763e000 memmap=0x2000$0x77634000\n" },
	};
	char words[64];

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		snprintf(words, sizeof(words), "--print %s", wanted[i][0]);
		check_text(run(words, profile_path("uhd630")), wanted[i][1], words);
	}
	check_text(run("--print stolen-reserved", profile_path("uhd770")),
		   "0x80600087\n", "also of a mirror");
	check(strstr(run("--print all", profile_path("uhd630")),
		     "\ndsm-size 0x4000000\n"), "all of them, one a line");
	check_text(run("--print screen-size", profile_path("uhd630")), "\n",
		   "no screen of firmware in a profile without one");
	check(strstr(run("--hz 61", profile_path("uhd630")), "allowed are 0.1 to 60"),
	      "more frames than there are is refused");
	check(strstr(run("--print nonsense", profile_path("uhd630")),
		     "no key 'nonsense'"), "another key is refused");
}

#define HEAD	"bar 0 mem64 16M\ngtt 8M 8M\n"

/* Each of these lines, in place of a profile, has to be refused in these words */
static void test_bad_profiles(void)
{
	static const struct {
		const char *text;
		const char *complaint;
	} bad[] = {
		{ "colour blue", ":1: 'colour' is neither a line of a dump" },
		{ "name x\nbar 1 mem64 16M", ":2: BAR 1: these devices have" },
		{ "bar 0 mem65 16M", "allowed are io, mem32, pref32, mem64, pref64" },
		{ "bar 0 mem64 15M", "allowed are powers of two" },
		{ "bar 0 mem64", "allowed is bar 0|2|4 KIND SIZE" },
		{ "generation 12.", "'12.' is not a generation" },
		{ "register 0x100 4 1", "before the 'gtt' line" },
		{ "bar 0 mem64 16M\ngtt 8M 8M\nregister 0x800000 4 1",
		  ":3: 0x800000 is not a register of 4 bytes" },
		{ "bar 0 mem64 16M\ngtt 8M 8M\nregister 0x100 2 0x10000",
		  "does not fit into 2 bytes" },
		{ "bar 0 mem64 16M\ngtt 8M 8M\nfollow 0x100 3 0x104 5",
		  "3 and 5 differ in shape" },
		{ "bar 0 mem64 16M\ngtt 8M 8M\nclear 0x100 zero",
		  "'zero' is not a number" },
		{ "bar 0 mem64 16M\ngtt 8M 9M", "has to lie between" },
		{ "latch 0x51 2", "0x51 is not a config register of 2 bytes" },
		{ "10: 00 11", "2 bytes in a line of the dump: allowed are 16" },
		{ "05: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
		  "'05:' is no line of a dump" },
		{ "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 xx",
		  "'xx' is not a byte" },
		{ "vbt relative 0x1000 4096 200", "begins behind the OpRegion" },
		{ "vbt mailbox 0 8000 200", "mailbox 4 has room for" },
		{ "include nowhere.inc", "cannot read" },
		{ "output vga A", "'vga A' is not an output" },
		{ HEAD "pipe B 0x6001c 0x70008", "'B' is not the next pipe" },
		{ HEAD "planes A universal 0x70180 1", "no pipe 'A': allowed are" },
		{ HEAD "pipe A 0x6001c 0x70008\nplanes A magic 0x70180 1",
		  "'magic' is no kind of plane: allowed are universal, " },
		{ HEAD "pipe A 0x6001c 0x70008\nplanes A vga 0x41000 41",
		  "41 more planes: allowed are 1 to 40" },
		{ HEAD "display 0x700000 2M", "not a range of registers" },
		{ HEAD "dbuf 0x1\n", "0x1 is not a register of 4 bytes" },
		{ HEAD "gtt-bits 32", "32 bits of an address" },
		{ "scanout-survives luck", "'luck' is nothing to survive" },
		{ HEAD "firmware-screen 1920x1080x32 0", "is not a screen" },
		{ HEAD "stolen 0x7c000000 4M\nfirmware-screen 1920x1080 0",
		  "bytes up in stolen memory" },
		{ HEAD "stolen 0x7c000000 8M\nfirmware-screen 1920x1080 0",
		  "before a line 'planes'" },
		{ "name x", "line 00: of the dump is missing" },
	};
	char path[] = "/tmp/igdsim-test-XXXXXX";
	int fd = mkstemp(path);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *found;

		if (ftruncate(fd, 0) || pwrite(fd, bad[i].text, strlen(bad[i].text), 0) < 0)
			perror(path);
		found = run("--print name", path);
		if (!check(strstr(found, bad[i].complaint) && strstr(found, path),
			   "refused: %.*s", (int)strcspn(bad[i].complaint, "\n"),
			   bad[i].complaint))
			printf("# found %s", found);
	}
	close(fd);
	unlink(path);
}

static void test_log(void)
{
	unsigned long long sequence, last = 0;
	char path[80], line[256];
	bool rising = true, seen = false;
	struct sim sim;
	FILE *log;

	must_start(&sim, "uhd770", NULL);
	put(&sim, CONFIG, 0xe8, 2, 0x8001);
	snprintf(path, sizeof(path), "%s/log", sim.dir);
	log = fopen(path, "r");
	while (log && fgets(line, sizeof(line), log)) {
		sequence = strtoull(line, NULL, 10);
		rising &= sequence > last;
		last = sequence;
		seen |= !!strstr(line, " write config 0x0e8 2 0x8001\n");
	}
	check(log && rising, "lines of the log are numbered upwards");
	check(seen, "a write is in it while igdsim still runs");
	if (log)
		fclose(log);
	sim_stop(&sim);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "use: %s IGDSIM PROFILES\n", argv[0]);
		return 2;
	}
	program = argv[1];
	profiles = argv[2];

	puts("TAP version 13");
	test_protocol();
	test_nonsense();
	test_config("uhd770", 0xc0, 0x7e800001);
	test_config("uhd630", 0x5c, 0x7c000001);
	test_reset();
	test_dead();
	test_regions();
	test_registers();
	test_mchbar("snb", true);
	test_mchbar("uhd770", false);
	test_dma();
	test_display();
	test_outputs();
	test_interrupts();
	test_images();
	test_prints();
	test_bad_profiles();
	test_log();
	printf("1..%u\n", tests);
	printf("# %u passed, %u failed\n", tests - failures, failures);
	return failures ? 1 : 0;
}
