"""What is known of a participant after its admission: described anew whenever it has become otherwise."""
