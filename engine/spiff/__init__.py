"""The only package that knows SpiffWorkflow."""
