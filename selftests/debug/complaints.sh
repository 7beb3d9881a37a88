# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For scripts in the virtual host: what a kernel that checks itself has to complain of.

debugfs=/sys/kernel/debug
kmemleak=$debugfs/kmemleak

# Faults of the kernel's, which it has with stock vfio-pci as well, all where memory runs
# out: a group that gets no device of its own is given up with its reference to the
# IOMMU's (vfio_create_group()); the way back to the host's domain has no way to fail;
# ACPI's interpreter, which pci_disable_device() asks for the interrupt, uses an object
# that it has freed.
COMPLAINTS_KNOWN='WARNING: drivers/vfio/group\.c:[0-9]+ at vfio_group_release'
COMPLAINTS_KNOWN+='|WARNING: drivers/iommu/iommu\.c:[0-9]+ at __iommu_release_dma_ownership'
COMPLAINTS_KNOWN+='|BUG: KASAN: [a-z-]+ in acpi_'

# complaints FILE: of the kernel's log in FILE
complaints()
{
	grep -aE 'BUG:|WARNING:|UBSAN:|INFO: (possible|task|rcu)|refcount_t:|list_(add|del) corr|DEBUG_LOCKS_WARN_ON' "$1"
}

# leaks: what nobody points to any more. It takes two scans of more than five seconds'
# age, as an address may be in a register or on its way the first time.
leaks()
{
	echo scan >$kmemleak
	sleep 6
	echo scan >$kmemleak
	cat $kmemleak
	echo clear >$kmemleak
}
