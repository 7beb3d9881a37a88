# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# On the machine: what the facts of a guest add up to.

# scene_dir SCENE: where its results are
scene_dir()
{
	echo "$CACHE/out/scene-$1"
}

# load_facts DIR: the facts in DIR, for the functions below; those before
# firmware ran from DIR-before if there is one
load_facts()
{
	local key value first=$1

	[ ! -d "$1-before" ] || first=$1-before

	unset fact before
	declare -gA fact=() before=()
	while IFS='=' read -r key value; do
		fact[$key]=$value
	done <"$1/facts"
	while IFS='=' read -r key value; do
		before[$key]=$value
	done <"$first/facts"
}

# number KEY: 0 where there is no such fact
number()
{
	echo $((${fact[$1]:-0}))
}

# The registers' low bits are flags; bases are of whole MiB.
stolen_base()
{
	local base

	base=$(number guest.bdsm64)
	[ "$base" -ne 0 ] || base=$(number guest.bdsm32)
	echo $((base & ~0xfffff))
}

stolen_end()
{
	echo $(($(stolen_base) + ($(number i915.reserved_kib) << 10)))
}

reserved_base()
{
	echo $(($(number guest.mirror_reserved) & ~0xfffff))
}

reserved_is_inside()
{
	local base

	base=$(reserved_base)
	[ "$base" -ne 0 ] && [ "$base" -ge "$(stolen_base)" ] &&
		[ "$base" -lt "$(stolen_end)" ]
}

# i915 takes no more than it was given
usable_is_sane()
{
	[ "$(number i915.usable_kib)" -gt 0 ] &&
		[ "$(number i915.usable_kib)" -le "$(number i915.reserved_kib)" ]
}

# BDSM where this generation has it, before the guest's firmware ran
before_bdsm()
{
	local high=${before[before.bdsm64_high]} low=${before[before.bdsm64]}

	[ $((high | low)) -ne 0 ] || low=${before[before.bdsm32]}
	printf '0x%x\n' $((high << 32 | low))
}

before_asls()
{
	printf '0x%x\n' $((${before[before.asls]}))
}

before_reserved()
{
	printf '0x%x\n' $((before[before.reserved_high] << 32 | before[before.reserved]))
}

opregion_is_whole()
{
	[ "${fact[guest.opregion_signature]-}" = IntelGraphicsMem ] &&
		[ "${fact[guest.opregion_differs]-}" = 0 ] &&
		[ "${fact[guest.vbt_differs]-0}" = 0 ]
}
