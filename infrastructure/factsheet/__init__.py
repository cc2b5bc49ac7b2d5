"""The fact sheet, written from the log: one model of it, four formats [F12 F14]."""
