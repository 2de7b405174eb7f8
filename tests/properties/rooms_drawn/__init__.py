"""What is drawn for rooms: a kind, who, and two numbers; each becomes a command about what there is by then."""
