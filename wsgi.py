"""What a WSGI server and the `flask` command load."""

import gc
import os

from api.app import create_app
from api.settings import Settings
from api.web.request import log_as_json

log_as_json()
app = create_app(Settings.from_environment(os.environ))
gc.freeze()  # what is loaded now stays: nothing of it need be looked at again to find what is no longer used
