"""What the pages of the quality work read: lists, their counts, and one thing at a time.

Every list has one builder of its query: the count on the start page, the number of a tab and the
rows are three readings of it, so they agree. A ``Reader`` says whose rows: those of the units where
the table ``atkomst`` lets the actor read the quality work, which row-level security repeats.
"""
