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
 * This changes somebody else's code in memory. It is off unless whoever packed
 * the ROM has turned it on, or fw_cfg does; see lpc.h.
 *
 * The image is writable then: EDK2 tells of a loaded image before it protects
 * its code (CoreLoadImageCommon(): the notification, then ProtectUefiImage()).
 */
#include "igd-efi.h"
#include "lpc.h"

#define CONFIG_ADDRESS		0xcf8
#define CONFIG_DATA		0xcfc
#define LPC_BRIDGE		0x8000f800

#define MOV_EAX			0xb8

static const struct efi_guid loaded_image_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;

/* Volatile: what igdctl rom writes here is not what the compiler knows. */
static const volatile char packed[LPC_MARK_SIZE + LPC_ID_MAX + 1] =
	LPC_MARK "off";

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

static void show_lpc(__u8 *image, __u64 size)
{
	__u64 found = 0;
	__u64 count = find_lpc_reads(image, size, &found);

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

/* What fw_cfg says, else what was packed */
static void read_text(char *text)
{
	__u64 size;
	int i;

	if (fw_cfg_find(LPC_OPTION, &size)) {
		if (size <= LPC_ID_MAX)
			fw_cfg_read(text, size);
		return;
	}
	for (i = 0; i < LPC_ID_MAX; i++)
		text[i] = packed[LPC_MARK_SIZE + i];
}

static efi_status_t read_option(struct display *dev)
{
	char text[LPC_ID_MAX + 1] = "";

	read_text(text);
	if (same(text, "off"))
		return EFI_NOT_FOUND;
	if (same(text, "host")) {
		lpc_id = dev->lpc_device;
		if (!lpc_id)
			say("the driver does not tell the host's LPC bridge: give its ID in " LPC_OPTION);
		return lpc_id ? EFI_SUCCESS : EFI_NOT_FOUND;
	}
	lpc_id = parse_id(text);
	if (lpc_id)
		return EFI_SUCCESS;
	say(LPC_OPTION " is neither 'host' nor a device ID as in 7a84: ignored");
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
