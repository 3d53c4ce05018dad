"""The API for programs, `/api/v1`: an application of its own, so that its errors are JSON and its document is whole."""

from survey_app.api.app import API_PATH, document_of, make_api

__all__ = ["API_PATH", "document_of", "make_api"]
