/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: tracepoints, described in Documentation/tracing.md
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vfio_pci_igd

#if !defined(VFIO_PCI_IGD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VFIO_PCI_IGD_TRACE_H

#include <linux/pci.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "igd.h"

DECLARE_EVENT_CLASS(igd_vreg,
		    TP_PROTO(struct pci_dev *pdev, const char *name, bool bar0,
			     u32 pos, size_t len, u64 value),
		    TP_ARGS(pdev, name, bar0, pos, len, value),
		    TP_STRUCT__entry(__array(char, dev, 16)
				     __array(char, name, 16)
				     __field(bool, bar0)
				     __field(u32, pos)
				     __field(size_t, len)
				     __field(u64, value)),
		    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);
				   strscpy(__entry->name, name, 16);
				   __entry->bar0 = bar0;
				   __entry->pos = pos;
				   __entry->len = len;
				   __entry->value = value;),
		    TP_printk("%s %s %s+%#x len=%zu value=%#llx",
			      __entry->dev, __entry->name,
			      __entry->bar0 ? "bar0" : "config", __entry->pos,
			      __entry->len, __entry->value)
);

/* A guest read from or wrote to a register of its own; value: the whole one */
DEFINE_EVENT(igd_vreg, igd_vreg_read,
	     TP_PROTO(struct pci_dev *pdev, const char *name, bool bar0,
		      u32 pos, size_t len, u64 value),
	     TP_ARGS(pdev, name, bar0, pos, len, value)
);

DEFINE_EVENT(igd_vreg, igd_vreg_write,
	     TP_PROTO(struct pci_dev *pdev, const char *name, bool bar0,
		      u32 pos, size_t len, u64 value),
	     TP_ARGS(pdev, name, bar0, pos, len, value)
);

/* A guest's write went nowhere */
TRACE_EVENT(igd_denied,
	    TP_PROTO(struct pci_dev *pdev, const char *region, u32 pos,
		     size_t len),
	    TP_ARGS(pdev, region, pos, len),
	    TP_STRUCT__entry(__array(char, dev, 16)
			     __array(char, region, 8)
			     __field(u32, pos)
			     __field(size_t, len)),
	    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);
			   strscpy(__entry->region, region, 8);
			   __entry->pos = pos;
			   __entry->len = len;),
	    TP_printk("%s %s+%#x len=%zu", __entry->dev, __entry->region,
		      __entry->pos, __entry->len)
);

/* A guest's firmware said where its stolen memory is, and how large */
TRACE_EVENT(igd_bdsm,
	    TP_PROTO(struct pci_dev *pdev, u64 base, u64 size),
	    TP_ARGS(pdev, base, size),
	    TP_STRUCT__entry(__array(char, dev, 16)
			     __field(u64, base)
			     __field(u64, size)),
	    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);
			   __entry->base = base;
			   __entry->size = size;),
	    TP_printk("%s base=%#llx size=%#llx", __entry->dev, __entry->base,
		      __entry->size)
);

/* A guest's firmware said where its OpRegion is */
TRACE_EVENT(igd_asls,
	    TP_PROTO(struct pci_dev *pdev, u32 base),
	    TP_ARGS(pdev, base),
	    TP_STRUCT__entry(__array(char, dev, 16)
			     __field(u32, base)),
	    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);
			   __entry->base = base;),
	    TP_printk("%s base=%#x", __entry->dev, __entry->base)
);

/* The function was reset, by the VMM or by the kernel */
TRACE_EVENT(igd_reset,
	    TP_PROTO(struct pci_dev *pdev),
	    TP_ARGS(pdev),
	    TP_STRUCT__entry(__array(char, dev, 16)),
	    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);),
	    TP_printk("%s", __entry->dev)
);

/* The device changes hands, or sleeps: what was on in its display is off */
TRACE_EVENT(igd_quiet,
	    TP_PROTO(struct pci_dev *pdev, const char *when,
		     const struct igd_quiet_found *found),
	    TP_ARGS(pdev, when, found),
	    TP_STRUCT__entry(__array(char, dev, 16)
			     __array(char, when, 24)
			     __field(u32, planes)
			     __field(u32, late)
			     __field(u32, slices)
			     __field(u32, entries)
			     __field(u32, us)),
	    TP_fast_assign(strscpy(__entry->dev, pci_name(pdev), 16);
			   strscpy(__entry->when, when, 24);
			   __entry->planes = found->planes;
			   __entry->late = found->late;
			   __entry->slices = found->slices;
			   __entry->entries = found->entries;
			   __entry->us = found->us;),
	    TP_printk("%s at %s: planes=%u late=%u slices=%u entries=%u us=%u",
		      __entry->dev, __entry->when, __entry->planes,
		      __entry->late, __entry->slices, __entry->entries,
		      __entry->us)
);

#endif /* VFIO_PCI_IGD_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
