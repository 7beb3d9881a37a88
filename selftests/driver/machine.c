// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "machine.h"

static const struct machine machines[] = {
	{
		/* A dump of a Core i7-12700K; selftests/igdsim/profiles/uhd770 */
		.device = 0x4680,
		.name = "Alder Lake-S",
		.generation = "12.00",
		.gen = 1200,
		.ggc = 0x01c1,
		.dsm = 0x7e800000,
		.dsm_size = 32 * MIB,
		.gsm = 0x7e000000,
		.gsm_size = 8 * MIB,
		.reserved = 0x80600087,
		.reserved_size = 2 * MIB,
		.asls = 0x76634018,
		.opregion_version = 0x0201,
		.vbt = 0x76634018 + 0x2000,
		.vbt_size = 8704,
		.guest_bdsm = 0x39f00000,
		.guest_gsm = 0x39700000,
		.guest_reserved = 0x3bd00087,
		.registers = {
			{ "GGC", 0x50, 0x108040, 2 },
			{ "BDSM", 0xc0, 0x1080c0, 8, true },
			{ "BDSM mailbox", 0x5c, 0, 4, true },
			{ "GSMBASE", 0, 0x108100, 8 },
			{ "STOLEN_RESERVED", 0xf0, 0x1082c0, 8 },
			{ "SWSMI", 0xe0, 0, 2, true },
			{ "ASLE", 0xe4, 0, 4, true },
			{ "SWSCI", 0xe8, 0, 2, true },
			{ "ASLS", 0xfc, 0, 4, true },
			{ "INFO", 0, 0x108f80, 32 },
		},
	},
	{
		/* Comet Lake-S; selftests/igdsim/profiles/uhd630 */
		.device = 0x9bc8,
		.name = "Comet Lake",
		.generation = "9.00",
		.gen = 900,
		.ggc = 0x02c1,
		.dsm = 0x7c000000,
		.dsm_size = 64 * MIB,
		.gsm = 0x7b800000,
		.gsm_size = 8 * MIB,
		.reserved = 0x7ff00001,
		.reserved_size = 1 * MIB,
		.asls = 0x7763e018,
		.opregion_version = 0x0200,
		.vbt = 0x77634018,
		.vbt_size = 7168,
		.guest_bdsm = 0x3b000000,
		.guest_gsm = 0x3a800000,
		.guest_reserved = 0x3ef00001,
		.registers = {
			{ "GGC", 0x50, 0x108040, 2 },
			{ "BDSM", 0x5c, 0x1080c0, 4, true },
			{ "GSMBASE", 0, 0x108100, 4 },
			{ "STOLEN_RESERVED", 0, 0x1082c0, 4 },
			{ "SWSMI", 0xe0, 0, 2, true },
			{ "ASLE", 0xe4, 0, 4, true },
			{ "SWSCI", 0xe8, 0, 2, true },
			{ "ASLS", 0xfc, 0, 4, true },
			{ "INFO", 0, 0x108f80, 32 },
		},
	},
};

const struct machine *machine_here(void)
{
	u8 config[256];
	unsigned int i;

	host_config(IGD_BDF, config);
	for (i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].device == get_le(config + 2, 2))
			return &machines[i];
	die("nothing is known of %04llx:%04llx: machine.c wants an entry for it",
	    get_le(config, 2), get_le(config + 2, 2));
}

const struct machine_register *machine_register(const struct machine *machine,
						const char *name)
{
	unsigned int i;

	for (i = 0; i < MACHINE_REGISTERS; i++)
		if (machine->registers[i].width &&
		    !strcmp(machine->registers[i].name, name))
			return &machine->registers[i];
	die("%s has no register %s", machine->name, name);
}
