"""The reference that people read: one offline HTML site of the five APIs."""
