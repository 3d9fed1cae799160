"""The only place where document, jobs and views meet."""
