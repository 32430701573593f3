"""`kedja up`: bring everything up, keep it up, take everything down."""
