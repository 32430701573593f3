"""What in an edition names a requirement or a section of the law, and which test does."""
