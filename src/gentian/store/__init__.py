"""The clinic's store: people, versions of their charts, who changed what and why."""
