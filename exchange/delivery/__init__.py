"""What was published, what arrived, and which side's evidence agrees."""
