"""The room's HTTP: managing clients and staff, and the OAuth dialect of tokens."""

from api.access.routes.manage import clients, staff
from api.access.routes.oauth import tokens

__all__ = ["clients", "staff", "tokens"]
