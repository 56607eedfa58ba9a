"""What is collected on which database."""

from django.db import connection

# Nobody waits in a circle where one writes at a time.
collect_ignore = [] if connection.vendor == "postgresql" else ["test_claiming_circle.py"]
