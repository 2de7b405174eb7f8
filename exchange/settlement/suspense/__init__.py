"""What operators do with movements of which nothing was known: credited to whom they belong to, or sent back."""
