"""The commands, one file each: they parse and print, and import what they need when they run."""
