"""What `hailong check` looks at, one noun a file: each judges values that it is given, and knows where to fetch them."""

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.checks.walk import walk

__all__ = ["BROKEN", "LOOK", "WELL", "Finding", "Installation", "walk"]
