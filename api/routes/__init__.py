"""The doors of the api, one file per noun."""
