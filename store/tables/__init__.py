"""The tables as SQLAlchemy sees them; what they are in the database stands in store/migrations."""

from sqlalchemy import MetaData

metadata = MetaData(naming_convention={"pk": "%(table_name)s_pkey"})
