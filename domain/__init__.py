"""What commerce is: pure decisions and values. Standard library only, no I/O, no clock."""
