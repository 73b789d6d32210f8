"""`mlscaffold show`: one page of a repository as a reviewer sees it in four minutes."""
