"""The sandbox in other people's tests: a pytest plugin with the fixture `servicenow`.

`ServiceNow` is the same without pytest, for unittest and for scripts.
"""

from ccaas_kit.testing.options import Options
from ccaas_kit.testing.recorded import RecordedRequest, Requests
from ccaas_kit.testing.servicenow import Clock, Script, ServiceNow
from ccaas_kit.testing.start import started

__all__ = ["Clock", "Options", "RecordedRequest", "Requests", "Script", "ServiceNow", "started"]
