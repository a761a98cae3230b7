"""The kernel: worlds, mechanisms, scenarios and paired luck, with no word of any domain in it."""
