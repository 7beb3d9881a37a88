# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of igdctl, for bash

_igdctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verb=${COMP_WORDS[1]} words=

	case $before in
	-o|--root|--disk|--record|--tests|--base)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return ;;
	--firmware)	words="ovmf seabios" ;;
	--machine)	words="q35 pc" ;;
	--lpc-id)	words="host off" ;;
	esac
	if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then
		words="check vm rom record selftest --help"
	elif [ -z "$words" ]; then
		case $verb in
		check)		words="--json --root --help
				$(virsh -c qemu:///system list --all --name 2>/dev/null || :)" ;;
		vm)		words="qemu libvirt proxmox --name --memory --cpus --disk
				--firmware --machine --qemu --root --help" ;;
		rom)		words="pack print check extract build -d -o --lpc-id --base
				--force --help" ;;
		record)		words="-o --hash-only --profile --root --help" ;;
		selftest)	words="--tests --record --json --help" ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	case $verb in
	check|rom)	[ ${#COMPREPLY[@]} -gt 0 ] ||
				mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}
complete -o filenames -F _igdctl igdctl
