"""One module per subcommand of `kedja`; the table is in ``config.cli``."""
