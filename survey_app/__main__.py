"""`python -m survey_app` is `hailong`."""

from survey_app.cli import main

main()
