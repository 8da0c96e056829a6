"""No test is timed: on a busy machine a generated case may take as long as it takes."""

from hypothesis import HealthCheck, settings

settings.register_profile("wireroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wireroom")
