"""The learner's own data: looks at a file, judges its columns, and writes project.toml for it."""
