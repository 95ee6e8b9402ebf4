"""The commands of the command line, by what they are about. What a command needs and others do not, it imports itself."""
