"""A small, complete machine learning study: `train`, `diagnose`, `evaluate`, `report`."""
