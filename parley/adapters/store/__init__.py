"""PostgreSQL: the journal and the records, one module of named SQL per noun."""
