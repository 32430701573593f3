"""Walk scenarios in virtual time on a scratch database, with the product's own parts."""
