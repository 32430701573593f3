"""PostgreSQL for trying and testing, started by us: no service, no root needed."""
