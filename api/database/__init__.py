"""The database: unit of work, common table shape, tenancy and the embedded server."""
