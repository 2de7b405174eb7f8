"""What others would write for the same work, each with one tool's own means and no code of our hosts."""
