/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's type names for freestanding code, so that a guest's firmware can
 * include vfio_pci_igd.h without any kernel header installed.
 */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u32 __be32;
typedef __u16 __be16;

#endif /* _LINUX_TYPES_H */
