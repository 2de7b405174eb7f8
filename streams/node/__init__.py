"""One exchange on one machine: its data directory, its processes, and what they are doing."""
