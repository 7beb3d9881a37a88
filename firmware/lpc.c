// SPDX-License-Identifier: GPL-2.0-only
/*
 * The LPC bridge that a GOP sees, where the user asks for it
 *
 * From Skylake on GOP reads the device ID of 00:1f.0 through the configuration
 * ports and refuses those that it does not know, q35's among them. There is
 * nothing between it and the ports that could be replaced, so its read is, in
 * the loaded image, before it is started: the constant that names the register
 * goes into ECX and a call follows, which becomes 'this is the ID'.
 *
 * This changes somebody else's code in memory. It is off unless fw_cfg has
 * opt/vfio-pci-igd/lpc-id: 'host', or a number in hexadecimal.
 */
#include "igd-efi.h"

#define OPTION			"opt/vfio-pci-igd/lpc-id"
#define OPTION_MAX		8

#define CONFIG_ADDRESS		0xcf8
#define CONFIG_DATA		0xcfc
#define LPC_BRIDGE		0x8000f800

#define MOV_EAX			0xb8
#define CALL			0xe8

/* mov $0x000f8002, %ecx; call: bus 0, device 0x1f, function 0, offset 2 */
static const __u8 lpc_read[] = { 0xb9, 0x02, 0x80, 0x0f, 0x00, CALL };

#define CALL_AT			5
#define CALL_SIZE		5

static const struct efi_guid loaded_image_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;

static void *display_handle;
static void *registration;
static __u16 lpc_id;

static __u16 machine_lpc_id(void)
{
	__u32 id;

	asm volatile("outl %0, %1" : : "a"(LPC_BRIDGE),
		     "d"((__u16)CONFIG_ADDRESS));
	asm volatile("inl %1, %0" : "=a"(id) : "d"((__u16)CONFIG_DATA));
	return id >> 16;
}

static __u32 get32(const __u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (__u32)p[3] << 24;
}

static int is_lpc_read(const __u8 *image, __u64 at, __u64 size)
{
	unsigned int i;
	__u64 target;

	for (i = 0; i < sizeof(lpc_read); i++)
		if (image[at + i] != lpc_read[i])
			return 0;
	target = at + CALL_AT + CALL_SIZE +
		 (long long)(int)get32(image + at + CALL_AT + 1);
	return target < size;
}

static void show_lpc(__u8 *image, __u64 size)
{
	__u64 at, found = 0, count = 0;

	for (at = 0; at + CALL_AT + CALL_SIZE <= size; at++) {
		if (is_lpc_read(image, at, size)) {
			found = at + CALL_AT;
			count++;
		}
	}
	if (count != 1) {
		say("a driver behind ours reads the LPC bridge in %u places, expected 1: left as it is",
		    count);
		return;
	}
	image[found] = MOV_EAX;
	image[found + 1] = lpc_id & 0xff;
	image[found + 2] = lpc_id >> 8;
	image[found + 3] = 0;
	image[found + 4] = 0;
	say("a driver behind ours sees LPC bridge %x: changed at %x of its image in memory",
	    (__u64)lpc_id, found);
}

static int next_image(void **handle)
{
	__u64 size = sizeof(*handle);

	return !EFI_ERROR(bs->locate_handle(EFI_BY_REGISTER_NOTIFY, (void *)0,
					    registration, &size, handle));
}

/* Called for each image that is loaded from now on, before it is started */
static void image_loaded(void *event, void *context)
{
	struct efi_loaded_image *loaded;
	void *handle;

	(void)event;
	(void)context;
	while (next_image(&handle))
		if (!EFI_ERROR(bs->handle_protocol(handle, &loaded_image_guid,
						   (void **)&loaded)) &&
		    loaded->device_handle == display_handle)
			show_lpc(loaded->image_base, loaded->image_size);
}

/* Returns 0 where the option is none. */
static __u16 parse_id(const char *text)
{
	__u32 id = 0;
	char c;

	if (begins(text, "0x"))
		text += 2;
	for (; (c = *text); text++) {
		if (c >= '0' && c <= '9')
			id = id << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			id = id << 4 | (c - 'a' + 10);
		else
			return 0;
		if (id > 0xffff)
			return 0;
	}
	return id;
}

static efi_status_t read_option(struct display *dev)
{
	char text[OPTION_MAX + 1] = "";
	__u64 size;

	if (!fw_cfg_find(OPTION, &size))
		return EFI_NOT_FOUND;
	if (size <= OPTION_MAX)
		fw_cfg_read(text, size);
	if (same(text, "host")) {
		lpc_id = dev->lpc_device;
		if (!lpc_id)
			say("the driver does not tell the host's LPC bridge: give its ID in " OPTION);
		return lpc_id ? EFI_SUCCESS : EFI_NOT_FOUND;
	}
	lpc_id = parse_id(text);
	if (lpc_id)
		return EFI_SUCCESS;
	say(OPTION " is neither 'host' nor a device ID as in 7a84: ignored");
	return EFI_UNSUPPORTED;
}

/**
 * set_up_lpc() - have a GOP behind us see the LPC bridge that is asked for
 * @dev: the device
 *
 * Return: EFI_SUCCESS if this image must stay for it.
 */
efi_status_t set_up_lpc(struct display *dev)
{
	efi_status_t status;
	void *event, *handle;

	status = read_option(dev);
	if (EFI_ERROR(status))
		return status;
	if (machine_lpc_id() == lpc_id) {
		say("the machine's LPC bridge is %x already: nothing to change",
		    (__u64)lpc_id);
		return EFI_ALREADY_STARTED;
	}

	display_handle = dev->handle;
	status = bs->create_event(EFI_EVENT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY,
				  image_loaded, (void *)0, &event);
	if (EFI_ERROR(status))
		return status;
	status = bs->register_protocol_notify(&loaded_image_guid, event,
					      &registration);
	if (EFI_ERROR(status)) {
		bs->close_event(event);
		return status;
	}
	/* Those that are there already, ours among them, run already. */
	while (next_image(&handle))
		;
	return EFI_SUCCESS;
}
