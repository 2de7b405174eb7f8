"""Cases of the counter: what the fence put to people, until when they have to look at it, and what they ruled."""
