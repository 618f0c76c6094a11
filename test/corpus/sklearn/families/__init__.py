"""One module per family of estimators, each with add_cases(builder, data)."""
