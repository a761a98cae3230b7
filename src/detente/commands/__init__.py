"""One module for each larger command; imported when the command line is."""
