"""The web frame: accounts, access, languages, headers, assets."""
